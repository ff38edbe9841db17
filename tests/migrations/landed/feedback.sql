-- As the first landed version (20261125_feedback) left it; xid, positions and reference rows are made anew.
INSERT INTO handler ("need_id", "kind", "holder") OVERRIDING SYSTEM VALUE SELECT "need_id", "kind", "holder" FROM json_populate_recordset(NULL::handler, '[
{"need_id":"01a212ee-cd52-7124-9b67-44220107baf4","kind":"provider","holder":"civil_affairs"},
{"need_id":"01a212ee-cd52-7124-9b67-44220107baf4","kind":"station","holder":"c20a9179-2021-50b8-8d64-f763f6d53cc2"},
{"need_id":"01a212ee-d92f-74f2-be32-9fcf13bd31d9","kind":"station","holder":"c20a9179-2021-50b8-8d64-f763f6d53cc2"},
{"need_id":"01a212ee-df59-766c-bc07-5d04ef1cbbeb","kind":"station","holder":"c20a9179-2021-50b8-8d64-f763f6d53cc2"},
{"need_id":"01a212ee-e3ee-7530-9659-e897de57b891","kind":"station","holder":"c20a9179-2021-50b8-8d64-f763f6d53cc2"}
]');
INSERT INTO sample ("month", "seed", "share", "population", "chosen", "drawn_at") OVERRIDING SYSTEM VALUE SELECT "month", "seed", "share", "population", "chosen", "drawn_at" FROM json_populate_recordset(NULL::sample, '[
{"month":"2026-03-01","seed":null,"share":null,"population":[],"chosen":[],"drawn_at":null}
]');
INSERT INTO served ("order_id", "need_id", "provider", "completed_at") OVERRIDING SYSTEM VALUE SELECT "order_id", "need_id", "provider", "completed_at" FROM json_populate_recordset(NULL::served, '[
{"order_id":"01a212ee-d1b3-76f3-b791-ae53685b9bb6","need_id":"01a212ee-cd52-7124-9b67-44220107baf4","provider":"civil_affairs","completed_at":"2026-03-12T04:00:00+00:00"}
]');
INSERT INTO survey ("id", "need_id", "episode", "resident_id", "category", "division", "station_id", "outcome", "status", "token_index", "token_sealed", "began_after", "resolved_at", "closes_at", "invited_at", "answered_at", "channel", "responded", "solved", "satisfaction", "reopens", "is_dispute") OVERRIDING SYSTEM VALUE SELECT "id", "need_id", "episode", "resident_id", "category", "division", "station_id", "outcome", "status", "token_index", "token_sealed", "began_after", "resolved_at", "closes_at", "invited_at", "answered_at", "channel", "responded", "solved", "satisfaction", "reopens", "is_dispute" FROM json_populate_recordset(NULL::survey, '[
{"id":"01a212ee-daac-721a-a8f9-d461cc3cd504","need_id":"01a212ee-cd52-7124-9b67-44220107baf4","episode":1,"resident_id":"01a212ee-cd2f-774f-afca-a4a462f871f1","category":"meals","division":"361002100","station_id":"c20a9179-2021-50b8-8d64-f763f6d53cc2","outcome":"met","status":"waiting","token_index":"\\x9e220d1af8122cc8cc04cfb79fcefcbe","token_sealed":"\\x016ab9f1eb8f7d33888c301f39cfa35dacb950fda1568679948f097749effe66778c70203b2bbd4da298161a1648753130271735fbd636bf859fe89cea58f99f167bb23f49","began_after":null,"resolved_at":"2026-03-13T02:00:00+00:00","closes_at":"2026-03-20T02:00:00+00:00","invited_at":null,"answered_at":null,"channel":null,"responded":null,"solved":null,"satisfaction":null,"reopens":null,"is_dispute":false}
]');
INSERT INTO timer ("id", "kind", "subject", "due", "payload", "attempts", "given_up") OVERRIDING SYSTEM VALUE SELECT "id", "kind", "subject", "due", "payload", "attempts", "given_up" FROM json_populate_recordset(NULL::timer, '[
{"id":"01a212ee-daad-7179-8222-03f8f2312f59","kind":"survey_invite","subject":"01a212ee-daac-721a-a8f9-d461cc3cd504","due":"2026-03-13T02:00:00+00:00","payload":{},"attempts":0,"given_up":null},
{"id":"01a212ee-daaf-714a-981f-920a975727ca","kind":"survey_close","subject":"01a212ee-daac-721a-a8f9-d461cc3cd504","due":"2026-03-20T02:00:00+00:00","payload":{},"attempts":0,"given_up":null},
{"id":"01a212ee-dac2-7777-a1dd-2f776ff64d7a","kind":"sample_draw","subject":"2026-03-01","due":"2026-03-31T16:00:00+00:00","payload":{},"attempts":0,"given_up":null}
]');
