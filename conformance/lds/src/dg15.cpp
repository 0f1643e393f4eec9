// LDS_J: DG15 (9303-10 §4.7.15, 9303-11 §6.1).
#include <array>

#include "lists.h"
#include "public_key.h"

namespace cicada::conformance::lds {
namespace {

constexpr Tag kTemplate = 0x6F;
constexpr std::string_view kWhat = "the key of active authentication";

Judged<KeyParts> key_of(const Evidence& evidence) {
  CICADA_TRY(const auto frame, template_of(evidence, File::dg15, kTemplate));
  Level level{frame, Rules::der};
  CICADA_TRY(const auto info, level.next("SubjectPublicKeyInfo"));
  CICADA_CHECK(level.end("SubjectPublicKeyInfo"));
  return key_parts(info, kWhat);
}

Verdict public_key_info(const Evidence& evidence) {
  CICADA_CHECK(key_of(evidence));
  return std::string{"SubjectPublicKeyInfo in DER"};
}

Verdict algorithm(const Evidence& evidence) {
  CICADA_TRY(const auto key, reached(key_of(evidence)));
  CICADA_CHECK(key_algorithm_rules(key, kActiveAuthenticationKey, kWhat));
  return std::string{"RSA, or ECDSA with explicit parameters"};
}

Verdict public_key(const Evidence& evidence) {
  CICADA_TRY(const auto key, reached(key_of(evidence)));
  CICADA_CHECK(key_value_rules(key, kActiveAuthenticationKey, kWhat));
  return std::string{"a valid key"};
}

constexpr std::array<Entry, 5> kChecks = {{
    {"dg15-template-tag", check<[](const Evidence& e) { return template_tag(e, File::dg15, kTemplate); }>},
    {"dg15-length", check<[](const Evidence& e) { return template_length(e, File::dg15); }>},
    {"dg15-public-key-info", check<public_key_info>},
    {"dg15-algorithm", check<algorithm>},
    {"dg15-public-key", check<public_key>},
}};

}  // namespace

std::span<const Entry> dg15_checks() noexcept {
  return kChecks;
}

}  // namespace cicada::conformance::lds
