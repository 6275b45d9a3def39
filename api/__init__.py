"""The web side of the product: the JSON API over `review`, which holds every rule and every statement to the database."""
