"""The official QQ side of the playground: the same class, told and changed as the bot platform's gateway would."""
