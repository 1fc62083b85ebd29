"""The QQ side of the playground: the same class, told and changed as a OneBot v11 implementation would."""
