/*
 * control.h: the simulator's own interface under /sim: counters, faults, settings, and setting the
 * scene.
 */

#ifndef SIM_CONTROL_H
#define SIM_CONTROL_H

struct call;

/* Answers a call whose path is what follows /sim. Under the lock. */
void control_answer(struct call *call);

#endif
