// Certificate and CRL extensions: what a certificate says about itself (9303-12 §7.1.1, RFC 5280 §4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/name.h"
#include "cicada/asn1/oid.h"
#include "cicada/base/clock.h"

namespace cicada::asn1 {

/// Lists with more extensions are refused.
inline constexpr std::size_t kMaxExtensions = 64;

/// One extension. `value` is the content of extnValue: the DER of the extension's own type.
struct Extension {
  Oid oid;
  bool critical = false;
  base::Bytes value;
};

/// The extension with this identifier; null if there is none. (Parsed lists never hold two of one kind.)
[[nodiscard]] const Extension* find_extension(std::span<const Extension> extensions, const Oid& oid) noexcept;

struct AuthorityKeyIdentifier {
  base::Bytes key_identifier;  ///< empty when absent
  base::Bytes issuer;          ///< DER of the GeneralNames' elements; empty when absent
  base::Bytes serial;          ///< content octets of the INTEGER; empty when absent
};

/// Bits of KeyUsage (RFC 5280 §4.2.1.3): bit 0 of the ASN.1 type is the lowest here.
enum class KeyUsage : std::uint16_t {
  digital_signature = 1U << 0U,
  non_repudiation = 1U << 1U,
  key_encipherment = 1U << 2U,
  data_encipherment = 1U << 3U,
  key_agreement = 1U << 4U,
  key_cert_sign = 1U << 5U,
  crl_sign = 1U << 6U,
  encipher_only = 1U << 7U,
  decipher_only = 1U << 8U,
};

/// A set of KeyUsage bits.
class KeyUsages {
 public:
  constexpr KeyUsages() = default;
  constexpr KeyUsages(std::initializer_list<KeyUsage> usages) {
    for (const auto usage : usages) bits_ = static_cast<std::uint16_t>(bits_ | static_cast<std::uint16_t>(usage));
  }
  explicit constexpr KeyUsages(std::uint16_t bits) : bits_(bits) {}
  [[nodiscard]] constexpr bool has(KeyUsage usage) const noexcept {
    return (bits_ & static_cast<std::uint16_t>(usage)) != 0;
  }
  [[nodiscard]] constexpr std::uint16_t bits() const noexcept { return bits_; }
  friend constexpr bool operator==(const KeyUsages&, const KeyUsages&) = default;

 private:
  std::uint16_t bits_ = 0;
};

struct BasicConstraints {
  bool ca = false;
  std::optional<std::uint32_t> path_length;
};

struct PrivateKeyUsagePeriod {
  std::optional<base::Instant> not_before;
  std::optional<base::Instant> not_after;
  bool proper_times = true;  ///< false: read from a form of time that RFC 5280 forbids
};

/// One GeneralName. Kinds that 9303 does not use keep their octets.
struct GeneralName {
  enum class Kind : std::uint8_t {
    other = 0,
    rfc822 = 1,
    dns = 2,
    x400 = 3,
    directory = 4,
    edi_party = 5,
    uri = 6,
    ip_address = 7,
    registered_id = 8,
  };
  Kind kind = Kind::other;
  base::Bytes value;                       ///< content octets; for directory the DER of the Name
  std::optional<Name> directory;           ///< for directory
  [[nodiscard]] std::string text() const;  ///< rfc822, dns, uri as they are; directory as Name::to_string(); else hex

  [[nodiscard]] static GeneralName of(Kind kind, std::string_view text);  ///< rfc822, dns, uri
  [[nodiscard]] static base::Result<GeneralName> of_directory(base::ByteView name_der);
};

// Each reads an extension's value; all fail with malformed or limit.
[[nodiscard]] base::Result<AuthorityKeyIdentifier> parse_authority_key_identifier(base::ByteView value);
[[nodiscard]] base::Result<base::Bytes> parse_subject_key_identifier(base::ByteView value);
[[nodiscard]] base::Result<KeyUsages> parse_key_usage(base::ByteView value);
[[nodiscard]] base::Result<BasicConstraints> parse_basic_constraints(base::ByteView value);
[[nodiscard]] base::Result<PrivateKeyUsagePeriod> parse_private_key_usage_period(base::ByteView value);
[[nodiscard]] base::Result<std::vector<GeneralName>> parse_general_names(base::ByteView value);  ///< SAN, IAN
/// The URIs of all distribution points (fullName); other names are skipped.
[[nodiscard]] base::Result<std::vector<std::string>> parse_crl_distribution_points(base::ByteView value);
[[nodiscard]] base::Result<std::vector<Oid>> parse_extended_key_usage(base::ByteView value);
/// 9303-12 §7.1.1.6: the document codes ("I", "ID", "P") that a DS may sign.
[[nodiscard]] base::Result<std::vector<std::string>> parse_document_type_list(base::ByteView value);
/// Content octets of the INTEGER.
[[nodiscard]] base::Result<base::Bytes> parse_crl_number(base::ByteView value);

// Each makes an extension with the criticality of the 9303-12 profile.
[[nodiscard]] Extension make_authority_key_identifier(base::ByteView key_identifier);
[[nodiscard]] Extension make_subject_key_identifier(base::ByteView key_identifier);
[[nodiscard]] Extension make_key_usage(KeyUsages usages);
[[nodiscard]] Extension make_basic_constraints(const BasicConstraints& constraints);
[[nodiscard]] base::Result<Extension> make_private_key_usage_period(const PrivateKeyUsagePeriod& period);
[[nodiscard]] Extension make_subject_alt_name(std::span<const GeneralName> names);
[[nodiscard]] Extension make_issuer_alt_name(std::span<const GeneralName> names);
/// One distribution point with all `uris` as its fullName.
[[nodiscard]] Extension make_crl_distribution_points(std::span<const std::string> uris);
[[nodiscard]] Extension make_extended_key_usage(std::span<const Oid> usages);
[[nodiscard]] base::Result<Extension> make_document_type_list(std::span<const std::string> codes);
/// `number`: unsigned, big-endian.
[[nodiscard]] Extension make_crl_number(base::ByteView number);

/// SEQUENCE OF Extension. `critical` FALSE is the default and therefore not written.
[[nodiscard]] base::Bytes encode_extensions(std::span<const Extension> extensions);
/// Fails with malformed (also when one identifier stands twice: RFC 5280 §4.2) or limit.
[[nodiscard]] base::Result<std::vector<Extension>> parse_extensions(base::ByteView der);

}  // namespace cicada::asn1
