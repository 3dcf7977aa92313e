"""The program under the real engine: a stand-in for the AWS provider, and what drives `pulumi` with it."""
