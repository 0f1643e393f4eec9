#include "cicada/conformance/terminal/test_pki.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/rsa.h"

namespace cicada::conformance::terminal {
namespace {

namespace ossl = crypto::openssl;
using asn1::CvRole;
using asn1::Tag;
using base::Bytes;
using base::ByteView;
using base::Result;

constexpr Tag kBody = 0x7F4E;
constexpr Tag kSignature = 0x5F37;
constexpr Tag kProfile = 0x5F29;
constexpr Tag kAuthority = 0x42;
constexpr Tag kPublicKey = 0x7F49;
constexpr Tag kHolder = 0x5F20;
constexpr Tag kAuthorization = 0x7F4C;
constexpr Tag kDiscretionary = 0x53;
constexpr Tag kEffective = 0x5F25;
constexpr Tag kExpiration = 0x5F24;
constexpr Tag kOid = 0x06;
constexpr Tag kModulus = 0x81;
constexpr Tag kExponent = 0x82;
constexpr Tag kPoint = 0x86;

/// Nobody has defined these.
constexpr auto kUnknownScheme = asn1::Oid::of("0.4.0.127.0.7.2.2.2.9.1");
constexpr auto kUnknownType = asn1::Oid::of("0.4.0.127.0.7.3.1.2.99");
constexpr std::uint8_t kNoDigit = 0x0A;

struct Object {
  Tag tag = 0;
  Bytes value;
};
using Objects = std::vector<Object>;

Bytes& value_of(Objects& objects, Tag tag) {
  return std::ranges::find(objects, tag, &Object::tag)->value;
}

void drop(Objects& objects, Tag tag) {
  std::erase_if(objects, [tag](const Object& object) { return object.tag == tag; });
}

Bytes joined(const Objects& objects) {
  Bytes content;
  for (const auto& object : objects) asn1::append_tlv(content, object.tag, object.value);
  return content;
}

Bytes digits_of(unsigned year, unsigned month, unsigned day) {
  Bytes digits;
  for (const auto pair : {year % 100, month, day}) {
    digits.push_back(static_cast<std::uint8_t>(pair / 10));
    digits.push_back(static_cast<std::uint8_t>(pair % 10));
  }
  return digits;
}

unsigned year_of(base::Date date) {
  return static_cast<unsigned>(static_cast<int>(date.year()));
}

Bytes digits_of(base::Date date) {
  return digits_of(year_of(date), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::unexpected<base::Error> no_such_bend(base::Literal what) {
  return base::fail({.fault = base::Fault::bad_input, .what = what, .clause = "9303-12 §7.2"});
}

/// A modulus that somebody might have, and nobody has the key of; the certificate has to be refused before that
/// matters.
Bytes shorter_modulus(std::size_t bits) {
  constexpr std::size_t kOctet = 8;
  constexpr std::size_t kLess = 512;
  Bytes modulus((bits - kLess) / kOctet, 0x5A);
  modulus.front() = 0xC5;
  modulus.back() = 0x5B;
  return modulus;
}

/// The next shorter field: a key on it has fewer bits than the authority's.
Result<TaKey> shorter_key_than(const TaKey& authority) {
  constexpr std::array kDescending = {ossl::Curve::p521, ossl::Curve::brainpool_p512r1,
                                      ossl::Curve::p384, ossl::Curve::brainpool_p320r1,
                                      ossl::Curve::p256, ossl::Curve::p224,
                                      ossl::Curve::p192};
  for (const auto curve : kDescending) {
    if (ossl::field_size(curve) >= ossl::field_size(*authority.curve())) continue;
    return TaKey::make(authority.scheme(), curve, 0, 0);
  }
  return no_such_bend("no curve is shorter than the authority's");
}

Result<asn1::CvPublicKey> shorter(const TaKey& authority, bool with_domain) {
  if (authority.curve()) {
    CICADA_TRY(const auto key, shorter_key_than(authority));
    return key.public_key(with_domain);
  }
  if (with_domain) return no_such_bend("an RSA key has no domain");
  auto key = authority.public_key(false);
  key.key = asn1::CvRsaKey{.modulus = shorter_modulus(authority.bits()), .exponent = {0x01, 0x00, 0x01}};
  return key;
}

Result<Objects> key_objects(const Holder& authority, const Holder& subject, Bend bend) {
  auto key = subject.key.public_key(subject.role == CvRole::cvca);
  if (bend == Bend::shorter_key || bend == Bend::shorter_curve) {
    CICADA_TRY(key, shorter(authority.key, bend == Bend::shorter_curve));
  }
  CICADA_TRY(const auto encoded, asn1::encode_cv_public_key(key));
  CICADA_TRY(const auto outer, asn1::read_only(encoded, kPublicKey));
  CICADA_TRY(const auto inner, asn1::read_all(outer.value));
  Objects objects;
  for (const auto& object : inner) objects.push_back({.tag = object.tag, .value = base::to_bytes(object.value)});
  return objects;
}

Result<void> bend_key(Objects& key, bool rsa, Bend bend) {
  constexpr Tag kUnknown = 0x77;
  const bool of_rsa = bend == Bend::key_without_modulus || bend == Bend::key_without_exponent;
  if ((of_rsa && !rsa) || (bend == Bend::key_without_point && rsa)) return no_such_bend("not for such a key");
  switch (bend) {
    case Bend::key_scheme: value_of(key, kOid) = base::to_bytes(kUnknownScheme.content()); break;
    case Bend::key_without_scheme: drop(key, kOid); break;
    case Bend::key_without_point: drop(key, kPoint); break;
    case Bend::key_without_modulus: drop(key, kModulus); break;
    case Bend::key_without_exponent: drop(key, kExponent); break;
    case Bend::key_with_unknown_object: key.push_back({.tag = kUnknown, .value = {0x01}}); break;
    default: break;
  }
  return {};
}

/// Days that no calendar has. Those of the beginning lie in the past and those of the end in the future: a chip that
/// does not look at the digits would take them.
void bend_days(Objects& body, const Terms& terms, Bend bend) {
  constexpr unsigned kFebruary = 2;
  constexpr unsigned kThirty = 30;
  auto& effective = value_of(body, kEffective);
  auto& expiration = value_of(body, kExpiration);
  switch (bend) {
    case Bend::effective_not_bcd:
      effective = digits_of(year_of(terms.effective) - 1, 1, 1);
      effective.back() = kNoDigit;
      break;
    case Bend::expiration_not_bcd: expiration.back() = kNoDigit; break;
    case Bend::effective_not_gregorian: effective = digits_of(year_of(terms.effective) - 1, kFebruary, kThirty); break;
    case Bend::expiration_not_gregorian:
      expiration = digits_of(year_of(terms.expiration) + 1, kFebruary, kThirty);
      break;
    case Bend::expires_before_effective: std::swap(effective, expiration); break;
    default: break;
  }
}

void bend_body(Objects& body, Bend bend) {
  switch (bend) {
    case Bend::no_authorization: drop(body, kAuthorization); break;
    case Bend::no_effective: drop(body, kEffective); break;
    case Bend::no_expiration: drop(body, kExpiration); break;
    case Bend::authority_character: {
      auto& last = value_of(body, kAuthority).back();
      last = last == '9' ? '8' : '9';
      break;
    }
    default: break;
  }
}

Bytes authorization_of(const Holder& subject, const Terms& terms, Bend bend) {
  const auto granted = asn1::inspection_system(subject.role, terms.dg3, terms.dg4);
  const auto& type = bend == Bend::terminal_type ? kUnknownType : granted.terminal_type;
  return base::concat({asn1::encode_tlv(kOid, type.content()), asn1::encode_tlv(kDiscretionary, granted.bits)});
}

/// s + n when it has as many octets as n.
Bytes above_modulus(ByteView signature, ByteView modulus) {
  Bytes sum(signature.size());
  unsigned carry = 0;
  for (std::size_t i = sum.size(); i-- > 0;) {
    const auto octet = static_cast<unsigned>(signature[i]) + modulus[i] + carry;
    sum[i] = static_cast<std::uint8_t>(octet);
    carry = octet >> 8U;
  }
  return carry == 0 ? sum : Bytes(signature.size(), 0xFF);
}

Result<Bytes> bent_signature(Bytes signature, const TaKey& key, Bend bend) {
  const auto half = signature.size() / 2;
  const bool of_ecdsa = bend == Bend::signature_r_zero || bend == Bend::signature_s_zero;
  if (of_ecdsa != key.curve().has_value() && (of_ecdsa || bend == Bend::signature_above_modulus)) {
    return no_such_bend("not for such a signature");
  }
  switch (bend) {
    case Bend::signature_last_octet: ++signature.back(); break;
    case Bend::signature_short: signature.pop_back(); break;
    case Bend::signature_above_modulus: return above_modulus(signature, key.public_key(false).rsa()->modulus);
    case Bend::signature_r_zero: std::ranges::fill_n(signature.begin(), static_cast<std::ptrdiff_t>(half), 0); break;
    case Bend::signature_s_zero:
      std::fill(signature.begin() + static_cast<std::ptrdiff_t>(half), signature.end(), 0);
      break;
    default: break;
  }
  return signature;
}

/// Says one octet more than there is; the form of the length stays as long as it was.
Result<Bytes> longer_than_it_is(Bytes object) {
  CICADA_TRY(const auto header, asn1::read_header(object));
  ++object[header.header_size - 1];
  return object;
}

/// "XXTDVK3Q0ZF12345": unlike any other in practice, because a chip refuses a name that it knows.
Result<std::string> new_reference(std::string_view country, std::string_view mnemonic, base::Rng& rng) {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kDigits = "0123456789";
  std::array<std::uint8_t, 11> random{};
  CICADA_CHECK(rng.fill(random));
  constexpr std::size_t kSequenceFrom = 6;
  std::string reference = fmt::format("{}{}", country, mnemonic);
  for (std::size_t i = 0; i < random.size(); ++i) {
    const auto alphabet = i < kSequenceFrom ? kLetters : kDigits;
    reference += alphabet[random.at(i) % alphabet.size()];
  }
  return reference;
}

}  // namespace

Result<Bytes> issue(const Holder& authority, const Holder& subject, const Terms& terms, Bend bend) {
  CICADA_TRY(auto key, key_objects(authority, subject, bend));
  CICADA_CHECK(bend_key(key, !subject.key.curve(), bend));
  Objects objects = {{.tag = kProfile, .value = {0}},
                     {.tag = kAuthority, .value = base::to_bytes(base::as_bytes(authority.reference))},
                     {.tag = kPublicKey, .value = joined(key)},
                     {.tag = kHolder, .value = base::to_bytes(base::as_bytes(subject.reference))},
                     {.tag = kAuthorization, .value = authorization_of(subject, terms, bend)},
                     {.tag = kEffective, .value = digits_of(terms.effective)},
                     {.tag = kExpiration, .value = digits_of(terms.expiration)}};
  bend_days(objects, terms, bend);
  bend_body(objects, bend);
  const auto content = joined(objects);
  constexpr Tag kOtherBody = 0x7F4F;
  constexpr Tag kOtherSignature = 0x5F38;
  auto body = asn1::encode_tlv(bend == Bend::body_tag ? kOtherBody : kBody, content);
  CICADA_TRY(auto value, authority.key.sign(body));
  CICADA_TRY(value, bent_signature(std::move(value), authority.key, bend));
  auto signature = asn1::encode_tlv(bend == Bend::signature_tag ? kOtherSignature : kSignature, value);
  if (bend == Bend::no_signature) return body;
  if (bend == Bend::no_body) return signature;
  if (bend == Bend::body_length) {
    CICADA_TRY(body, longer_than_it_is(std::move(body)));
  }
  if (bend == Bend::signature_length) {
    CICADA_TRY(signature, longer_than_it_is(std::move(signature)));
  }
  return base::concat({body, signature});
}

Result<TestPki> TestPki::create(ByteView cvca_certificate, const base::SecretBytes& cvca_key) {
  CICADA_TRY(const auto certificate, asn1::parse_cv_certificate(cvca_certificate));
  if (certificate.authorization.role() != CvRole::cvca) {
    return base::fail({.fault = base::Fault::bad_input,
                       .what = "the statement's certificate is not that of a CVCA",
                       .clause = "9303-12 §7.2"});
  }
  CICADA_TRY(auto key, TaKey::read(cvca_key, certificate.public_key));
  return TestPki{.root = {.reference = certificate.holder_reference, .role = CvRole::cvca, .key = std::move(key)},
                 .effective = certificate.effective,
                 .expiration = certificate.expiration};
}

Result<Holder> TestPki::holder(CvRole role, unsigned n, base::Rng& rng) const {
  constexpr std::size_t kCountry = 2;
  const auto country = role == CvRole::dv_foreign ? std::string{"XX"} : root.reference.substr(0, kCountry);
  CICADA_TRY(auto reference, new_reference(country, role == CvRole::terminal ? "TIS" : "TDV", rng));
  CICADA_TRY(auto key, root.key.another(n));
  return Holder{.reference = std::move(reference), .role = role, .key = std::move(key)};
}

std::string TestPki::successor(const std::string& old) {
  auto next = old;
  // The sequence number is the last five characters (9303-12 §7.2.2): digits, in which it counts on.
  constexpr std::size_t kSequence = 5;
  for (std::size_t i = 0; i < std::min(kSequence, next.size()); ++i) {
    auto& digit = next[next.size() - 1 - i];
    if (digit >= '0' && digit < '9') {
      ++digit;
      break;
    }
    digit = '0';
  }
  return next;
}

}  // namespace cicada::conformance::terminal
