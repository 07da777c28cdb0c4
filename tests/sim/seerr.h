/*
 * seerr.h: the stand-in Seerr (Jellyseerr, Overseerr by setting): everything under /api/v1.
 *
 * It follows what the real servers were measured to do, faults included: see the table in
 * README.md. The handlers below are the rows of the route table in seerr_routes.c; all of them
 * run under the simulator's lock.
 */

#ifndef SIM_SEERR_H
#define SIM_SEERR_H

#include "call.h"

/* Finds the route of the call (call->path is what follows /api/v1), for counting and faults. */
void seerr_find_route(struct call *call);

/* Makes the checks and runs the handler. */
void seerr_answer(struct call *call);

/* seerr_server.c */
void seerr_status(struct call *call);
void seerr_status_appdata(struct call *call);
void seerr_settings_public(struct call *call);
void seerr_settings_main(struct call *call);
void seerr_genres(struct call *call);
void seerr_no_services(struct call *call);

/* seerr_users.c */
void seerr_auth_me(struct call *call);
void seerr_user_list(struct call *call);
void seerr_user_one(struct call *call);
void seerr_user_quota(struct call *call);
void seerr_user_requests(struct call *call);

/* seerr_titles.c */
void seerr_search(struct call *call);
void seerr_movie(struct call *call);
void seerr_tv(struct call *call);

/* seerr_media.c */
void seerr_media_list(struct call *call);
void seerr_media_set(struct call *call);
void seerr_media_delete(struct call *call);

/* seerr_post_request.c */
void seerr_post_request(struct call *call);

/* seerr_requests.c */
void seerr_request_list(struct call *call);
void seerr_request_count(struct call *call);
void seerr_request_one(struct call *call);
void seerr_request_delete(struct call *call);
void seerr_request_set(struct call *call);
void seerr_request_retry(struct call *call);

/* Answers with a page of one user's requests. */
void seerr_reply_requests(struct call *call, int user);

/* seerr_blocklist.c */
void seerr_blocklist_list(struct call *call);
void seerr_blocklist_one(struct call *call);
void seerr_blocklist_add(struct call *call);
void seerr_blocklist_delete(struct call *call);

#endif
