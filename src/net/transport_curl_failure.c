#include "net/transport_curl_failure.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"

enum { HOST_TEXT_SIZE = 300, TIMER_SLACK_MS = 20 };

/* "host" or "host:port" as the URL has it. */
static void host_text(const char *url, char text[HOST_TEXT_SIZE])
{
    const char *slashes = strstr(url, "://");

    text_copy(text, HOST_TEXT_SIZE, slashes ? slashes + 3 : url);
    text_cut_at(text, "/?#");
}

/* The system's reason, beginning in lower case as the middle of a sentence does. */
static void system_reason(CURL *easy, char *text, size_t size)
{
    long number = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    text_copy(text, size, number ? strerrordesc_np((int)number) : "");
    *text = (char)tolower((unsigned char)*text);
}

/* What OpenSSL makes of a server that answers without TLS, or hangs up on what it cannot read. */
static const struct {
    const char *part, *words;
} tls_failures[] = {
    {"wrong version number", "it does not speak TLS there"},
    {"packet length too long", "it does not speak TLS there"},
    {"http request", "it does not speak TLS there"},
    {"SSL_ERROR_SYSCALL", "it cut the connection; if it does not speak TLS there"},
    {"unexpected eof", "it cut the connection; if it does not speak TLS there"},
};

static void tls_reason(const struct curl_failure *failure, const char *words, char *text,
                       size_t size)
{
    for (size_t i = 0; i < ARRAY_LENGTH(tls_failures); i++) {
        if (!strstr(words, tls_failures[i].part))
            continue;
        snprintf(text, size, "%s, try %s", tls_failures[i].words,
                 url_is_mail(failure->request->url) ? "starttls, or another port" : "http://");
        return;
    }
    text_copy(text, size, words);
}

static void curl_reason(const struct curl_failure *failure, char *text, size_t size)
{
    static const char known[] = "SSL certificate problem: "; /* our sentence says that already */
    const char *words = *failure->details ? failure->details : curl_easy_strerror(failure->code);

    if (failure->code == CURLE_SSL_CONNECT_ERROR)
        tls_reason(failure, words, text, size);
    else
        text_copy(text, size, text_starts_with(words, known) ? words + strlen(known) : words);
}

enum reason { NO_REASON, SYSTEM_REASON, CURL_REASON };

/* "BEFORE host AFTER: reason" */
static const struct wording {
    CURLcode curl;
    enum error_code error;
    const char *before, *after;
    enum reason reason;
} wordings[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERROR_UNREACHABLE, "the address of ", " cannot be found",
     NO_REASON},
    {CURLE_COULDNT_RESOLVE_PROXY, ERROR_UNREACHABLE, "the proxy on the way to ", " cannot be found",
     NO_REASON},
    {CURLE_COULDNT_CONNECT, ERROR_UNREACHABLE, "", " does not answer", SYSTEM_REASON},
    {CURLE_PEER_FAILED_VERIFICATION, ERROR_UNREACHABLE, "the certificate of ", " is not trusted",
     CURL_REASON},
    {CURLE_SSL_CONNECT_ERROR, ERROR_UNREACHABLE, "", " does not agree to a secure connection",
     CURL_REASON},
    {CURLE_GOT_NOTHING, ERROR_UNREACHABLE, "", " closed the connection without an answer",
     NO_REASON},
    {CURLE_PARTIAL_FILE, ERROR_UNREACHABLE, "",
     " closed the connection in the middle of its answer", NO_REASON},
    {CURLE_RECV_ERROR, ERROR_UNREACHABLE, "the connection to ", " was lost", SYSTEM_REASON},
    {CURLE_SEND_ERROR, ERROR_UNREACHABLE, "the connection to ", " was lost", SYSTEM_REASON},
    {CURLE_ABORTED_BY_CALLBACK, ERROR_UNREACHABLE, "the connection to ",
     " was lost before an answer came", NO_REASON},
    {CURLE_USE_SSL_FAILED, ERROR_REFUSED, "", " does not offer STARTTLS", NO_REASON},
    {CURLE_LOGIN_DENIED, ERROR_REFUSED, "", " offers no way to log in, or refused it", NO_REASON},
    {CURLE_UNSUPPORTED_PROTOCOL, ERROR_FORMAT, "", " did not answer in HTTP", NO_REASON},
    {CURLE_WEIRD_SERVER_REPLY, ERROR_FORMAT, "", " did not answer in HTTP", CURL_REASON},
    {CURLE_BAD_CONTENT_ENCODING, ERROR_FORMAT, "", " sent an answer that cannot be unpacked",
     NO_REASON},
};

/* For what curl alone has words for. */
static const struct wording other_wording = {CURL_LAST, ERROR_UNREACHABLE, "the exchange with ",
                                             " failed", CURL_REASON};

static const struct wording *wording_of(CURLcode code)
{
    for (size_t i = 0; i < ARRAY_LENGTH(wordings); i++)
        if (wordings[i].curl == code)
            return &wordings[i];
    return &other_wording;
}

/* A greeting, or TLS, counts as connecting. */
static void explain_no_agreement(const struct curl_failure *failure, const char *host,
                                 struct error *error)
{
    double patience_s = failure->connect_timeout_ms / 1000.0;
    const char *url = failure->request->url;

    if (url_is_mail(url))
        error_set(error, ERROR_UNREACHABLE,
                  "%s took the connection, but did not greet within %g s; are port and security "
                  "right?",
                  host, patience_s);
    else
        error_set(error, ERROR_UNREACHABLE,
                  "%s took the connection, but did not begin to answer within %g s%s", host,
                  patience_s,
                  text_starts_with(url, "https:") ? "; does it speak TLS at that port?" : "");
}

/* curl knows an address once somebody took the connection, and its time only after TLS. */
static bool is_connected(const struct curl_failure *failure)
{
    const char *address = NULL;

    curl_easy_getinfo(failure->easy, CURLINFO_PRIMARY_IP, &address);
    return !text_is_empty(address);
}

static void explain_timeout(const struct curl_failure *failure, const char *host,
                            struct error *error)
{
    int64_t elapsed_ms = failure->elapsed_ms + TIMER_SLACK_MS;
    int timeout_ms = failure->request->timeout_ms;
    long status = 0;

    curl_easy_getinfo(failure->easy, CURLINFO_RESPONSE_CODE, &status);
    bool has_begun = status > 0 && !url_is_mail(failure->request->url);
    if (timeout_ms && elapsed_ms >= timeout_ms)
        error_set(error, ERROR_UNREACHABLE, "%s did not %s within %g s", host,
                  has_begun ? "end its answer" : "answer", timeout_ms / 1000.0);
    else if (!is_connected(failure))
        error_set(error, ERROR_UNREACHABLE, "%s does not answer: no connection within %g s", host,
                  failure->connect_timeout_ms / 1000.0);
    else if (elapsed_ms < CURL_STALL_SECONDS * 1000)
        explain_no_agreement(failure, host, error);
    else if (has_begun)
        error_set(error, ERROR_UNREACHABLE, "%s fell silent for %d s in the middle of its answer",
                  host, CURL_STALL_SECONDS);
    else
        error_set(error, ERROR_UNREACHABLE,
                  "%s took the connection, but did not answer within %d s", host,
                  CURL_STALL_SECONDS);
}

static void explain_limit(const struct curl_failure *failure, const char *host, struct error *error)
{
    error_set(error, ERROR_LIMIT, "%s %s %s larger than %zu kB",
              failure->are_headers_too_large ? "the headers of" : "the answer of", host,
              failure->are_headers_too_large ? "are" : "is", failure->too_large >> 10);
}

static void explain_guard(const struct curl_failure *failure, const char *host, struct error *error)
{
    char address[ADDRESS_TEXT_SIZE];

    address_format(failure->refused, address);
    error_set(error, ERROR_REFUSED,
              "%s leads to %s, which is %s address; LISTSYNC_ALLOWED_ADDRESSES names the others "
              "that may be asked",
              host, address, failure->request->guard_link_local ? "a link-local" : "no public");
}

void curl_failure_explain(const struct curl_failure *failure, struct error *error)
{
    char host[HOST_TEXT_SIZE];
    char reason[CURL_ERROR_SIZE] = "";
    const struct wording *wording = wording_of(failure->code);

    host_text(failure->request->url, host);
    if (failure->refused) {
        explain_guard(failure, host, error);
        return;
    }
    if (failure->code == CURLE_OPERATION_TIMEDOUT) {
        explain_timeout(failure, host, error);
        return;
    }
    if (failure->code == CURLE_WRITE_ERROR || failure->code == CURLE_FILESIZE_EXCEEDED) {
        explain_limit(failure, host, error);
        return;
    }
    if (wording->reason == SYSTEM_REASON)
        system_reason(failure->easy, reason, sizeof(reason));
    else if (wording->reason == CURL_REASON)
        curl_reason(failure, reason, sizeof(reason));
    error_set(error, wording->error, "%s%s%s%s%s", wording->before, host, wording->after,
              *reason ? ": " : "", reason);
}
