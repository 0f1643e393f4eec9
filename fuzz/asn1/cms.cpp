// Any octets as a CMS message, DER or BER: signed attributes keep their octets, and certificates inside are tried.
#include "cicada/asn1/cms.h"

#include <algorithm>
#include <cstddef>

#include "cicada/asn1/x509.h"
#include "promise.h"

using namespace cicada::asn1;
using cicada::base::ByteView;
using cicada::fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const auto message = parse_signed_data(input);
  if (!message) return 0;
  // Without an indefinite length everything is a piece of the input.
  const bool as_it_stood = std::ranges::none_of(
      message->deviations, [](const auto& deviation) { return deviation.view() == "a length is indefinite"; });
  const auto is_piece = [&](ByteView piece) { return piece.empty() || !std::ranges::search(input, piece).empty(); };
  for (const auto& signer : message->signer_infos) {
    const auto to_hash = signer.signed_attributes_to_hash();
    promise(to_hash.size() == signer.signed_attributes.size());
    promise(to_hash.empty() || to_hash.front() == 0x31);
    promise(!as_it_stood || is_piece(signer.signed_attributes));
    promise(signer.sid.is_key_identifier() != signer.sid.subject_key_identifier.empty());
  }
  promise(message->certificates.size() <= kMaxCmsParts && message->signer_infos.size() <= kMaxCmsParts);
  for (const auto& certificate : message->certificates) {
    promise(!as_it_stood || is_piece(certificate));
    static_cast<void>(parse_certificate(certificate).has_value());
  }
  return 0;
}
