// The one door to libtasn1: decodes an encoding by a schema and tells where each part lies.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "cicada/asn1/tlv.h"
#include "scan.h"

// libtasn1's node type; its header stays in schema.cpp.
struct asn1_node_st;

namespace cicada::asn1 {

/// A file of asn1/schemas.
enum class Module : std::uint8_t { x509, cms, lds };

/// A type that can be decoded.
struct SchemaType {
  Module module;
  const char* name;     ///< "X509.Certificate"
  base::Literal wrong;  ///< what to say of octets that are none: "not an X.509 certificate"
  ScanCaps caps;
};

/// One decoded value. Borrows the octets it was decoded from.
class Decoded {
 public:
  /// Scans `octets` (definite lengths only), then has libtasn1 check them against the schema.
  /// Fails with malformed or limit.
  [[nodiscard]] static base::Result<Decoded> decode(const SchemaType& type, base::ByteView octets);

  /// The part at `path` ("tbsCertificate.validity.notBefore"), with the tag it has in the encoding; an explicit tag is
  /// the outer one. Nothing when the part is absent.
  [[nodiscard]] std::optional<Tlv> find(const char* path) const;
  /// The same for a part that the schema does not leave out. Fails with malformed.
  [[nodiscard]] base::Result<Tlv> part(const char* path) const;
  /// A length somewhere is not in its shortest form: BER, not DER.
  [[nodiscard]] bool over_long() const noexcept { return over_long_; }

 private:
  struct Delete {
    void operator()(asn1_node_st* node) const noexcept;
  };
  Decoded(base::ByteView octets, bool over_long, asn1_node_st* node)
      : octets_(octets), over_long_(over_long), node_(node) {}

  base::ByteView octets_;
  bool over_long_;
  std::unique_ptr<asn1_node_st, Delete> node_;
};

}  // namespace cicada::asn1
