"""The DingTalk side of the playground: the same class, told and changed as DingTalk's gateway would."""
