from categories.models import Category
from newsroom.lib.addresses import absolute
from newsroom.lib.json_ld import Node, node, publisher


def collection_page(category: Category) -> Node:
    return node(
        "CollectionPage",
        name=category.name,
        url=absolute(category.get_absolute_url()),
        description=category.description,
        publisher=publisher(),
    )
