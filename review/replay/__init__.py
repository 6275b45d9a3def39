"""A recorded review judged again: layer by layer, or against another edition or day."""
