"""The web side of the product: form, JSON API and documentation pages over `review`, which holds every rule. Not built yet."""
