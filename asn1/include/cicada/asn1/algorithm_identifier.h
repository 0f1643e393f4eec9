// Which algorithm, with which parameters.
#pragma once

#include <cstdint>

#include "cicada/asn1/oid.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"

namespace cicada::asn1 {

/// AlgorithmIdentifier (RFC 5280 §4.1.1.2).
struct AlgorithmIdentifier {
  Oid oid;
  base::Bytes parameters;  ///< DER of the parameters as they stood; empty when the field is absent

  /// Absent and NULL mean the same for every algorithm of 9303; readers accept both.
  [[nodiscard]] bool has_parameters() const noexcept;
  friend bool operator==(const AlgorithmIdentifier&, const AlgorithmIdentifier&) = default;
};

/// The same algorithm, absent and NULL parameters taken for equal.
[[nodiscard]] bool same_algorithm(const AlgorithmIdentifier& a, const AlgorithmIdentifier& b) noexcept;

/// Reads the whole SEQUENCE. Fails with malformed or limit.
[[nodiscard]] base::Result<AlgorithmIdentifier> parse_algorithm_identifier(base::ByteView der);
[[nodiscard]] base::Bytes encode(const AlgorithmIdentifier& algorithm);

/// RSASSA-PSS-params (RFC 4055 §3.1) with its defaults.
struct PssParameters {
  Oid hash;
  Oid mgf_hash;  ///< the hash of MGF1, the only mask generation function there is
  std::uint32_t salt_length = 20;
  std::uint32_t trailer_field = 1;
  bool names_hash = false;      ///< when parsed: the hash stood there and is not the default
  bool names_mgf_hash = false;  ///< the same for mgf_hash
};

/// `parameters` as in AlgorithmIdentifier::parameters; absent (field deviation) means all defaults: SHA-1, MGF1 with
/// SHA-1, salt 20. Fails with malformed, or unsupported for another mask generation function or trailer field.
[[nodiscard]] base::Result<PssParameters> parse_pss_parameters(base::ByteView parameters);
/// DER of the parameters; fields with default values are left out.
[[nodiscard]] base::Bytes encode(const PssParameters& parameters);

}  // namespace cicada::asn1
