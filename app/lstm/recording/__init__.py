"""Recording a call of nn.LSTM: what torch returned, and every number inside."""
