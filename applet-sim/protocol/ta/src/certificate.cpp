#include "cicada/applet_sim/protocol/ta/certificate.h"

#include <algorithm>
#include <chrono>

#include "cicada/applet_sim/apdu/sw.h"
#include "cicada/applet_sim/tlv/tlv.h"

namespace cicada::applet_sim::protocol::ta {
namespace {

using base::ByteView;
using base::Result;
using crypto::mbedtls::CurveParameters;

constexpr tlv::Tag kCertificate = 0x7F21;
constexpr tlv::Tag kBody = 0x7F4E;
constexpr tlv::Tag kSignature = 0x5F37;
constexpr tlv::Tag kProfile = 0x5F29;
constexpr tlv::Tag kAuthority = 0x42;
constexpr tlv::Tag kPublicKey = 0x7F49;
constexpr tlv::Tag kHolder = 0x5F20;
constexpr tlv::Tag kAuthorization = 0x7F4C;
constexpr tlv::Tag kRole = 0x53;
constexpr tlv::Tag kEffective = 0x5F25;
constexpr tlv::Tag kExpiration = 0x5F24;
constexpr tlv::Tag kExtensions = 0x65;
constexpr tlv::Tag kExtension = 0x73;
constexpr tlv::Tag kOid = 0x06;
constexpr tlv::Tag kModulus = 0x81;
constexpr tlv::Tag kExponent = 0x82;
constexpr tlv::Tag kPrime = 0x81;
constexpr tlv::Tag kCoefficientA = 0x82;
constexpr tlv::Tag kCoefficientB = 0x83;
constexpr tlv::Tag kBasePoint = 0x84;
constexpr tlv::Tag kOrder = 0x85;
constexpr tlv::Tag kPoint = 0x86;
constexpr tlv::Tag kCofactor = 0x87;

constexpr std::size_t kMinReferenceSize = 8;
constexpr std::array<std::uint8_t, 9> kIdIs = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x03, 0x01, 0x02, 0x01};
constexpr std::array<std::uint8_t, 8> kIdTa = {0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02};
constexpr std::uint8_t kRsa = 1;
constexpr std::uint8_t kEcdsa = 2;

std::unexpected<base::Error> malformed(base::Literal what) {
  return base::fail(
      {.fault = base::Fault::malformed, .what = what, .clause = "9303-12 §7.2", .sw = apdu::sw::k6A80IncorrectData});
}

/// tlv::Reader with the status word of this protocol.
class Objects {
 public:
  explicit Objects(ByteView octets) noexcept : reader_(octets) {}

  [[nodiscard]] tlv::Tag peek() const noexcept { return reader_.peek(); }
  [[nodiscard]] bool at_end() const noexcept { return reader_.at_end(); }
  Result<tlv::Object> next(tlv::Tag tag) {
    auto object = reader_.next(tag);
    if (!object) return malformed("an object is missing, out of order or broken");
    return *object;
  }
  Result<ByteView> next(tlv::Tag tag, std::size_t smallest, std::size_t largest) {
    CICADA_TRY(const auto object, next(tag));
    if (object.value.size() < smallest || object.value.size() > largest) {
      return malformed("an object of the wrong length");
    }
    return object.value;
  }
  /// An unsigned integer that starts with what it is worth.
  Result<ByteView> next_number(tlv::Tag tag) {
    CICADA_TRY(const auto object, next(tag));
    if (object.value.empty() || object.value.front() == 0) return malformed("an integer with a leading zero");
    return object.value;
  }
  Result<void> end() {
    if (!reader_.at_end()) return malformed("octets behind the last object");
    return {};
  }

 private:
  tlv::Reader reader_;
};

Result<Date> read_date(ByteView digits) {
  using namespace std::chrono;
  if (std::ranges::any_of(digits, [](std::uint8_t digit) { return digit > 9; })) return malformed("not digits");
  const auto two = [&](std::size_t at) { return static_cast<unsigned>(digits[at] * 10 + digits[at + 1]); };
  const auto day_of = year{2000 + static_cast<int>(two(0))} / month{two(2)} / day{two(4)};
  if (!day_of.ok()) return malformed("a day that the calendar does not have");
  Date date{};
  std::ranges::copy(digits, date.begin());
  return date;
}

Result<Scheme> read_scheme(ByteView oid) {
  constexpr std::uint8_t kLastRsa = 6;
  constexpr std::uint8_t kLastEcdsa = 5;
  const auto size = kIdTa.size();
  if (oid.size() != size + 2 || !base::equal(oid.first(size), kIdTa)) return malformed("not a key of id-TA");
  const auto family = oid[size];
  const auto variant = oid[size + 1];
  const bool rsa = family == kRsa && variant >= 1 && variant <= kLastRsa;
  const bool ecdsa = family == kEcdsa && variant >= 1 && variant <= kLastEcdsa;
  if (!rsa && !ecdsa) return malformed("an unknown signature scheme");
  return static_cast<Scheme>((family << 4U) | variant);
}

Result<CurveParameters> read_domain(Objects& objects) {
  CurveParameters domain;
  CICADA_TRY(const auto prime, objects.next_number(kPrime));
  CICADA_TRY(const auto a, objects.next(kCoefficientA));
  CICADA_TRY(const auto b, objects.next(kCoefficientB));
  CICADA_TRY(const auto generator, objects.next(kBasePoint));
  CICADA_TRY(const auto order, objects.next_number(kOrder));
  domain.p = base::to_bytes(prime);
  domain.a = base::to_bytes(a.value);
  domain.b = base::to_bytes(b.value);
  domain.generator = base::to_bytes(generator.value);
  domain.order = base::to_bytes(order);
  return domain;
}

Result<EcPoint> read_ec(Objects& objects) {
  EcPoint key;
  const bool explicitly = objects.peek() == kPrime;
  CurveParameters domain;
  if (explicitly) {
    CICADA_TRY(domain, read_domain(objects));
  }
  CICADA_TRY(const auto point, objects.next(kPoint));
  key.point = base::to_bytes(point.value);
  if (!explicitly) return key;
  // TR-03110-3 D.3.3: the cofactor is there when the other parameters are. All known curves have 1.
  CICADA_TRY(const auto cofactor, objects.next_number(kCofactor));
  if (cofactor.size() != 1) return malformed("domain parameters of no known curve");
  domain.cofactor = cofactor[0];
  key.curve = crypto::mbedtls::match_curve(domain);
  if (!key.curve) return malformed("domain parameters of no known curve");
  return key;
}

Result<void> read_public_key(ByteView value, Certificate& certificate) {
  Objects objects{value};
  CICADA_TRY(const auto oid, objects.next(kOid));
  CICADA_TRY(certificate.scheme, read_scheme(oid.value));
  if (is_rsa(certificate.scheme)) {
    CICADA_TRY(const auto modulus, objects.next_number(kModulus));
    CICADA_TRY(const auto exponent, objects.next_number(kExponent));
    certificate.key = RsaKey{.modulus = base::to_bytes(modulus), .exponent = base::to_bytes(exponent)};
  } else {
    CICADA_TRY(certificate.key, read_ec(objects));
  }
  return objects.end();
}

Result<std::uint8_t> read_authorization(ByteView value) {
  Objects objects{value};
  CICADA_TRY(const auto oid, objects.next(kOid));
  if (!base::equal(oid.value, kIdIs)) return malformed("not an authorization of inspection systems");
  CICADA_TRY(const auto octet, objects.next(kRole, 1, 1));
  CICADA_CHECK(objects.end());
  return octet[0];
}

/// TR-03110-3 C.3: what is not known is not critical, but each is `73 { 06 ... }`.
Result<void> read_extensions(ByteView value) {
  Objects extensions{value};
  do {
    CICADA_TRY(const auto extension, extensions.next(kExtension));
    Objects objects{extension.value};
    CICADA_CHECK(objects.next(kOid));
  } while (!extensions.at_end());
  return {};
}

Result<void> read_body(ByteView value, Certificate& certificate) {
  Objects objects{value};
  CICADA_TRY(const auto profile, objects.next(kProfile, 1, 1));
  if (profile[0] != 0) return malformed("a profile other than 0");
  CICADA_TRY(const auto authority, objects.next(kAuthority, kMinReferenceSize, kMaxReferenceSize));
  certificate.authority = base::to_bytes(authority);
  CICADA_TRY(const auto key, objects.next(kPublicKey));
  CICADA_CHECK(read_public_key(key.value, certificate));
  CICADA_TRY(const auto holder, objects.next(kHolder, kMinReferenceSize, kMaxReferenceSize));
  certificate.holder = base::to_bytes(holder);
  CICADA_TRY(const auto authorization, objects.next(kAuthorization));
  CICADA_TRY(certificate.authorization, read_authorization(authorization.value));
  CICADA_TRY(const auto effective, objects.next(kEffective, sizeof(Date), sizeof(Date)));
  CICADA_TRY(certificate.effective, read_date(effective));
  CICADA_TRY(const auto expiration, objects.next(kExpiration, sizeof(Date), sizeof(Date)));
  CICADA_TRY(certificate.expiration, read_date(expiration));
  if (objects.peek() == kExtensions) {
    CICADA_TRY(const auto extensions, objects.next(kExtensions));
    CICADA_CHECK(read_extensions(extensions.value));
  }
  return objects.end();
}

}  // namespace

Result<Certificate> read_certificate(ByteView data) {
  Objects objects{data};
  Certificate certificate;
  CICADA_TRY(const auto body, objects.next(kBody));
  CICADA_TRY(const auto signature, objects.next(kSignature));
  CICADA_CHECK(objects.end());
  CICADA_CHECK(read_body(body.value, certificate));
  certificate.body = base::to_bytes(body.raw);
  certificate.signature = base::to_bytes(signature.value);
  return certificate;
}

Result<Certificate> read_certificate_body(ByteView object) {
  const auto body = tlv::only(object, kBody);
  if (!body) return malformed("not the body of a certificate");
  Certificate certificate;
  CICADA_CHECK(read_body(*body, certificate));
  certificate.body = base::to_bytes(object);
  return certificate;
}

Result<Certificate> read_whole_certificate(ByteView object) {
  const auto objects = tlv::only(object, kCertificate);
  if (!objects) return malformed("not one certificate");
  return read_certificate(*objects);
}

}  // namespace cicada::applet_sim::protocol::ta
