"""What each title claims: a seat at a rank, or none."""

from slotwatch.normal_forms.title_roles import title_roles
from slotwatch.normal_forms.title_words import title_words


def model(dbt, session):
    dbt.config(materialized="table")
    words = {
        "legal_suffixes": dbt.ref("legal_suffixes").to_arrow_table(),
        "name_words": dbt.ref("name_words").to_arrow_table(),
        "placeholder_titles": dbt.ref("placeholder_titles").to_arrow_table(),
        "title_exclusions": dbt.ref("title_exclusions").to_arrow_table(),
        "title_job_words": dbt.ref("title_job_words").to_arrow_table(),
        "title_ranks": dbt.ref("title_ranks").to_arrow_table(),
        "title_spellings": dbt.ref("title_spellings").to_arrow_table(),
        "title_unit_words": dbt.ref("title_unit_words").to_arrow_table(),
    }
    titles = dbt.ref("text_forms").filter("kind = 'title' and normal_value is not null").project("normal_value")
    titles = titles.distinct().order("normal_value").to_arrow_table()["normal_value"].to_pylist()
    held = dbt.ref("int_person_observations").filter("title_key is not null").project("title_key, company_id")
    held = held.distinct().to_arrow_table()
    names = dbt.ref("int_company_keys").filter("step = 4")
    names = names.project("company_id, split_part(key_value, '|', 1) as name_key").distinct().to_arrow_table()
    return session.from_arrow(title_roles(titles, held, names, title_words(words)))
