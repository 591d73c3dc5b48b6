"""What is kept against the books: matched, judged anew, linked by people.

`kept` matches everything, `incremental` only what one document or snapshot can change; `shelf`
holds the books in use as lean facts, `told` is what matching is told besides, `links` a person's
word on an invoice and an entry.
"""
