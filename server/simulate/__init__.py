"""A floor that is made up: sleds and doors that see tags as radio does, and post to a running server as readers do.

*truth* 真值: what really lies there and went through, known because we made it up. *sighting* 读到: one tag seen by one
antenna at an instant. *mishap* 扰动: what happens to batches on the way: sent twice, cut anew, out of order.

Decided: it is a client like any other. It speaks HTTP or MQTT under keys of its own and knows nothing of the server's
tables, so what it proves, real readers get too. All chance comes from one seed: the same seed is the same floor, which
is how a disturbed run can be compared with a clean one. The radio is simple (strength falls with distance, and fades);
it compares rules with one another, and says nothing of how well a real hall reads.
"""
