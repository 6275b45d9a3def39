-- 记录所用的账户和数据库 / the account and the database of the record. Run by the administrator of PostgreSQL:
--     psql --set=password=PASSWORD --file=setup.sql
\set ON_ERROR_STOP on
CREATE ROLE two_high LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
CREATE DATABASE two_high OWNER two_high ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
REVOKE ALL ON DATABASE two_high FROM PUBLIC;
\connect two_high
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO two_high;
