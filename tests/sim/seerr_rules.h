/*
 * seerr_rules.h: what happens to media and requests when somebody approves, declines, deletes or
 * sets a status. These are the side effects that the real servers were seen to have.
 */

#ifndef SIM_SEERR_RULES_H
#define SIM_SEERR_RULES_H

#include "seerr_state.h"

/* The status of the media row that a request is about: the 4K one for a 4K request. */
int *seerr_status_of(struct seerr_media *media, bool is4k);

void seerr_approve(struct seerr_state *state, struct seerr_request *request);

/* `seasons_too`: Seerr declines the seasons as well, its forebears leave them as they were. */
void seerr_decline(struct seerr_state *state, struct seerr_request *request, bool seasons_too);

/* Removes the request; a title that nothing asks for any more becomes unknown again. */
void seerr_withdraw(struct seerr_state *state, int request_id);

/* Marks season rows of the media as available. */
void seerr_season_available(struct seerr_state *state, struct seerr_media *media, int number,
                            bool is4k);

/* Approved requests whose media (or all of whose seasons) are available become completed. */
void seerr_complete(struct seerr_state *state, struct seerr_media *media, bool is4k);

/* Requests of a kind that count against the user's quota (films, or seasons). */
int seerr_quota_used(const struct seerr_state *state, int user, enum kind kind);

#endif
