#include "open_keys.h"

#include <algorithm>

#include "cicada/applet_sim/protocol/ta/certificate.h"
#include "cicada/applet_sim/tlv/tlv.h"
#include "cicada/crypto/mbedtls/rsa.h"

namespace cicada::applet_sim::applet {
namespace {

namespace mbedtls = crypto::mbedtls;
namespace ta = protocol::ta;
using base::Bytes;
using base::ByteView;
using base::Result;
using base::SecretBytes;

constexpr tlv::Tag kModulus = 0x60;
constexpr tlv::Tag kExponent = 0x61;
constexpr tlv::Tag kMrz = 0x62;
constexpr tlv::Tag kOctets = 0x04;
constexpr tlv::Tag kCertificate = 0x7F21;

std::unexpected<base::Error> malformed(base::Literal what) {
  return base::fail({.fault = base::Fault::malformed, .what = what});
}

ByteView without_leading_zeros(ByteView number) {
  while (!number.empty() && number[0] == 0) number = number.subspan(1);
  return number;
}

// --- The machine readable zone

/// 9303-3 §4.9; 0xFF: not a character of the zone.
unsigned value_of(std::uint8_t character) {
  if (character >= '0' && character <= '9') return character - static_cast<unsigned>('0');
  if (character >= 'A' && character <= 'Z') return character - static_cast<unsigned>('A') + 10U;
  return character == '<' ? 0U : 0xFFU;
}

/// The field with its check digit behind.
Result<Bytes> with_check_digit(ByteView field) {
  constexpr std::array<unsigned, 3> kWeights = {7, 3, 1};
  unsigned sum = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const auto value = value_of(field[i]);
    if (value == 0xFF) return malformed("not a character of the machine readable zone");
    sum += value * kWeights.at(i % kWeights.size());
  }
  auto checked = base::to_bytes(field);
  checked.push_back(static_cast<std::uint8_t>('0' + sum % 10));
  return checked;
}

/// 9303-11 §9.7.2: the keys of basic access control.
Result<protocol::bac::AccessKeys> access_keys_of(ByteView information) {
  using namespace protocol::bac;
  constexpr std::size_t kSeed = 16;
  CICADA_TRY(auto hash, mbedtls::hash(mbedtls::HashAlgorithm::sha1, information));
  const base::Wiper wiper{hash};
  CICADA_TRY(const auto keys, sm::derive_session_keys(sm::Algorithm::tdes, ByteView{hash}.first(kSeed)));
  return AccessKeys{.k_enc = KEnc{keys.ks_enc.expose().first<KEnc::kSize>()},
                    .k_mac = KMac{keys.ks_mac.expose().first<KMac::kSize>()}};
}

// --- The key of chip authentication

/// id-CA-ECDH with every cipher: the applet asks the terminal which.
std::vector<Bytes> every_cipher() {
  std::vector<Bytes> protocols;
  for (const std::uint8_t cipher : std::array<std::uint8_t, 4>{1, 2, 3, 4}) {
    protocols.push_back({0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02, cipher});
  }
  return protocols;
}

struct CurveKey {
  mbedtls::CurveParameters domain;
  ByteView scalar;
};

/// `81 ... 87`, each once, in any order; the cofactor may be missing.
Result<CurveKey> read_curve_key(ByteView data) {
  constexpr tlv::Tag kFirst = 0x81;
  constexpr std::size_t kObjects = 7;
  constexpr std::size_t kLongest = 256;
  std::array<ByteView, kObjects> values{};
  tlv::Reader reader{data};
  while (!reader.at_end()) {
    CICADA_TRY(const auto object, reader.next());
    const auto index = static_cast<std::size_t>(object.tag - kFirst);
    if (object.tag < kFirst || index >= kObjects || !values.at(index).empty()) return malformed("an object too much");
    if (object.value.empty() || object.value.size() > kLongest) return malformed("a number of the wrong size");
    values.at(index) = object.value;
  }
  CurveKey key{.domain = {.p = base::to_bytes(values[0]),
                          .a = base::to_bytes(values[1]),
                          .b = base::to_bytes(values[2]),
                          .generator = base::to_bytes(values[3]),
                          .order = base::to_bytes(values[4])},
               .scalar = without_leading_zeros(values[5])};
  const auto cofactor = without_leading_zeros(values[6]);
  if (cofactor.size() > 1) return malformed("domain parameters of no known curve");
  key.domain.cofactor = cofactor.empty() ? 0 : cofactor[0];
  return key;
}

}  // namespace

Result<Changes> take_rsa_half(const CardState& card, ByteView data, bool exponent) {
  CICADA_TRY(const auto object, tlv::only(data, exponent ? kExponent : kModulus));
  CICADA_TRY(const auto octets, tlv::only(object, kOctets));
  const auto number = without_leading_zeros(octets);
  constexpr std::size_t kLongest = 512;
  if (number.empty() || number.size() > kLongest) return malformed("not half of an RSA key");
  const auto other = exponent ? card.rsa_modulus.expose() : card.rsa_exponent.expose();
  Changes changes;
  if (other.empty()) {
    changes.emplace_back(SetRsaHalf{.exponent = exponent, .octets = SecretBytes::copy_of(number)});
    return changes;
  }
  CICADA_TRY(const auto key, exponent ? mbedtls::RsaPrivateKey::from_exponent(other, number)
                                      : mbedtls::RsaPrivateKey::from_exponent(number, other));
  RsaSecret secret;
  CICADA_TRY(secret.p, key.prime_p());
  CICADA_TRY(secret.q, key.prime_q());
  secret.exponent = key.exponent();
  changes.emplace_back(SetActiveKey{.key = {.secret = std::move(secret), .hash = mbedtls::HashAlgorithm::sha1}});
  changes.emplace_back(SetRsaHalf{.exponent = !exponent, .octets = {}});
  return changes;
}

Result<Changes> take_mrz(ByteView data) {
  constexpr std::size_t kShortestNumber = 9;
  constexpr std::size_t kLongestNumber = 22;
  constexpr std::size_t kDay = 6;
  CICADA_TRY(const auto inside, tlv::only(data, kMrz));
  tlv::Reader reader{inside};
  CICADA_TRY(const auto number, reader.next());
  CICADA_TRY(const auto birth, reader.next());
  CICADA_TRY(const auto expiry, reader.next());
  const bool sized = !number.value.empty() && number.value.size() <= kLongestNumber && birth.value.size() == kDay &&
                     expiry.value.size() == kDay;
  if (!sized || !reader.at_end()) return malformed("not the number and the days of a document");
  auto padded = base::to_bytes(number.value);
  padded.resize(std::max(padded.size(), kShortestNumber), '<');
  CICADA_TRY(auto document, with_check_digit(padded));
  CICADA_TRY(const auto born, with_check_digit(birth.value));
  CICADA_TRY(const auto expires, with_check_digit(expiry.value));
  auto information = base::concat({document, born, expires});
  const base::Wiper wiper{information};
  CICADA_TRY(auto keys, access_keys_of(information));
  Changes changes;
  changes.emplace_back(SetAccessKeys{std::move(keys)});
  changes.emplace_back(SetDocumentNumber{std::move(document)});
  return changes;
}

Result<Changes> take_chip_key(ByteView data) {
  CICADA_TRY(const auto key, read_curve_key(data));
  const auto curve = mbedtls::match_curve(key.domain);
  if (!curve) return malformed("domain parameters of no known curve");
  const auto size = mbedtls::order_size(*curve);
  if (key.scalar.size() > size) return malformed("a private key that is too long");
  Bytes scalar(size - key.scalar.size());
  scalar.reserve(size);
  const base::Wiper wiper{scalar};
  base::append(scalar, key.scalar);
  CICADA_TRY(const auto checked, mbedtls::EcPrivateKey::create(*curve, scalar));
  Changes changes;
  changes.emplace_back(SetChipKey{
      .key = {.secret = EcSecret{.curve = *curve, .scalar = checked.scalar().clone()}, .protocols = every_cipher()}});
  return changes;
}

Result<Changes> take_root(const CardState& card, ByteView data) {
  const bool whole = tlv::Reader{data}.peek() == kCertificate;
  CICADA_TRY(const auto certificate, whole ? ta::read_whole_certificate(data) : ta::read_certificate_body(data));
  if (certificate.role() != ta::Role::cvca || certificate.expiration < certificate.effective) {
    return malformed("not the certificate of a CVCA");
  }
  CICADA_TRY(auto key, ta::key_of(certificate, std::nullopt));
  const bool root = certificate.authority == certificate.holder;
  if (whole && root) CICADA_CHECK(ta::verify(key, certificate.body, certificate.signature));
  std::vector<ta::TrustPoint> points;
  points.push_back({.holder = certificate.holder,
                    .authorization = certificate.authorization,
                    .effective = certificate.effective,
                    .expiration = certificate.expiration,
                    .key = std::move(key)});
  return trust_changes(card, std::move(points), std::max(card.current_date, certificate.effective));
}

}  // namespace cicada::applet_sim::applet
