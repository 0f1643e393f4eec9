// Any octets as a card-verifiable certificate or a request: there is one encoding, so what was read is written again
// octet by octet.
#include "cicada/asn1/cv_certificate.h"

#include <cstddef>

#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  if (const auto certificate = parse_cv_certificate(input)) {
    const auto body = encode_cv_body(*certificate);
    // Reading does not judge dates, writing does.
    promise(body.has_value() || certificate->expiration < certificate->effective);
    if (body) promise(cicada::base::equal(encode_cv_certificate(*body, certificate->signature), input));
  }
  if (const auto request = parse_cv_request(input)) {
    // A key without its domain may be read, but is not written.
    const auto body = encode_cv_request_body(*request);
    if (body) promise(cicada::base::equal(encode_cv_certificate(*body, request->signature), input));
  }
  if (const auto outer = parse_authenticated_cv_request(input)) {
    promise(cicada::base::equal(encode_authenticated_cv_request(outer->signed_octets, outer->signature), input));
  }
  return 0;
}
