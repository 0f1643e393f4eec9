#include "mrz_information.h"

#include <algorithm>

#include "cicada/crypto/openssl/hash.h"

namespace cicada::host::access {

namespace {

constexpr std::size_t kShortestMrzInformation = 24;

bool is_mrz_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<';
}

}  // namespace

base::Result<base::SecretBytes> digest_mrz_information(std::string_view mrz_information) {
  if (mrz_information.size() < kShortestMrzInformation || !std::ranges::all_of(mrz_information, is_mrz_character)) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "MRZ information is document number, birth date and expiry date with check digits",
                       .clause = "9303-11 §9.7.2",
                       .at = mrz_information.size()});
  }
  CICADA_TRY(auto digest, crypto::openssl::hash(crypto::openssl::HashAlgorithm::sha1, base::as_bytes(mrz_information)));
  return base::SecretBytes{std::move(digest)};
}

}  // namespace cicada::host::access
