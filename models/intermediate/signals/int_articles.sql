select
    articles.raw_id,
    company_references.company_id,
    articles.event_type,
    articles.title,
    articles.url,
    articles.confidence,
    articles.published_at,
    coalesce(articles.rejection_code, company_references.rejection_code) as rejection_code
from {{ ref("stg_articles") }} as articles
inner join {{ ref("int_company_references") }} as company_references
    on articles.raw_id = company_references.raw_id and company_references.raw_table = 'blog_articles'
