/*
 * certificate.h: a certificate of the test's own for 127.0.0.1, signed by itself: whoever trusts it
 * trusts the server that shows it.
 */
#ifndef TESTS_SUPPORT_CERTIFICATE_H
#define TESTS_SUPPORT_CERTIFICATE_H

/* Two PEM files; fails the test when they cannot be made. It is valid for two days. */
void certificate_make(const char *certificate, const char *key);

#endif
