// Any octets as a certificate: what is accepted is made of pieces of the input, and its parts can be read again.
#include <algorithm>
#include <cstddef>

#include "cicada/asn1/der.h"
#include "cicada/asn1/x509.h"
#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

namespace {

/// Every reader of an extension; only that each ends matters.
std::size_t visit_extensions(const Certificate& certificate) {
  std::size_t readable = 0;
  const auto count = [&readable](const auto& result) { readable += result.has_value() ? 1 : 0; };
  count(certificate.authority_key_identifier());
  count(certificate.subject_key_identifier());
  count(certificate.key_usage());
  count(certificate.basic_constraints());
  count(certificate.private_key_usage_period());
  count(certificate.subject_alt_name());
  count(certificate.issuer_alt_name());
  count(certificate.crl_distribution_points());
  count(certificate.extended_key_usage());
  count(certificate.document_type_list());
  return readable;
}

void visit_keys(const Certificate& certificate) {
  if (const auto rsa = parse_rsa_public_key(certificate.public_key)) {
    const auto again = parse_public_key_info(encode_rsa_public_key_info(rsa->modulus, rsa->exponent));
    promise(again && parse_rsa_public_key(*again).value().modulus == rsa->modulus);
  }
  const auto ec = parse_ec_public_key(certificate.public_key);
  if (ec && ec->parameters) {
    const auto again = parse_public_key_info(encode_ec_public_key_info(*ec->parameters, ec->point));
    promise(again && parse_ec_public_key(*again).value().parameters->p == ec->parameters->p);
  }
  static_cast<void>(parse_pss_parameters(certificate.signature_algorithm.parameters).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const auto certificate = parse_certificate(input);
  if (!certificate) return 0;
  promise(cicada::base::equal(certificate->der, input));
  for (const auto* part : {&certificate->tbs, &certificate->issuer.der, &certificate->subject.der,
                           &certificate->public_key.der, &certificate->signature}) {
    promise(part->empty() || !std::ranges::search(input, *part).empty());
  }
  promise(parse_name(certificate->subject.der).has_value());
  promise(same_name(certificate->issuer, certificate->issuer));
  static_cast<void>(certificate->subject.to_string());
  visit_extensions(*certificate);
  visit_keys(*certificate);
  return 0;
}
