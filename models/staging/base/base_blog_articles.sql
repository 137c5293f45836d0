{{ known_rows("blog_articles") }}
