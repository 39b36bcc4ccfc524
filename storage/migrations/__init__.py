"""Alembic's migrations of the results database; `storage.database` runs them when it opens one.

A new one, from the project's folder: change `storage/tables.py`, then
`alembic -c storage/migrations/alembic.ini revision --autogenerate -m "what changes"`.
"""
