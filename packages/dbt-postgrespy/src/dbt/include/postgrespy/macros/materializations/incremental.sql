{% materialization incremental, adapter='postgrespy', supported_languages=['sql', 'python'] %}
  {{ return(dbt.materialization_incremental_default()) }}
{% endmaterialization %}
