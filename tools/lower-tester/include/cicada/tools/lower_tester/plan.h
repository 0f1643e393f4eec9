// What a test card is to be: its locks, keys and files.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/crypto/mbedtls/ec.h"
#include "cicada/crypto/mbedtls/hash.h"
#include "cicada/crypto/mbedtls/modp_group.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/pki/cv_key.h"

namespace cicada::tools::lower_tester {

/// An entry of EF.CardAccess, which the chip also does.
struct PacePlan {
  std::string_view arcs;     ///< behind id-PACE: "2.2" is ECDH-GM-AES-CBC-CMAC-128
  std::uint8_t domain = 13;  ///< standardized domain parameters
};

/// A key of chip authentication, with its SecurityInfos.
struct ChipKeyPlan {
  std::vector<std::string_view> arcs;   ///< behind id-CA: "2.2" is ECDH-AES-CBC-CMAC-128
  std::optional<std::uint8_t> id = {};  ///< in the chip, and in both infos
  std::variant<crypto::mbedtls::Curve, crypto::mbedtls::Modp> group = crypto::mbedtls::Curve::brainpool_p256r1;
  bool info = true;  ///< ChipAuthenticationInfo is there
};

/// The key of active authentication: bits of an RSA modulus, or a curve.
struct ActivePlan {
  std::variant<std::size_t, crypto::mbedtls::Curve> key;
  crypto::mbedtls::HashAlgorithm hash = crypto::mbedtls::HashAlgorithm::sha256;
};

/// Whom the chip lets read DG3 and DG4.
struct TerminalPlan {
  host::pki::CvScheme scheme = {};
  std::size_t rsa_bits = 2048;  ///< of RSA
  crypto::openssl::Curve curve = crypto::openssl::Curve::brainpool_p256r1;
  bool shown = false;  ///< TerminalAuthenticationInfo stands in EF.CardAccess, too
};

enum class Holder : std::uint8_t { passport, citizen };

struct Plan {
  Holder holder = Holder::passport;
  bool bac = true;  ///< opens with BAC; without it and without `pace` there is no access control
  std::vector<PacePlan> pace = {};
  bool pin = false;  ///< PIN and PUK beside MRZ and CAN
  std::vector<ChipKeyPlan> chip = {};
  bool chip_shown = false;  ///< ChipAuthenticationInfo stands in EF.CardAccess, too
  std::optional<ActivePlan> active = {};
  std::optional<TerminalPlan> terminal = {};
  /// Data groups and files of the master file beside those that follow from the rest (DG14, DG15, EF.CardAccess).
  std::set<host::lds::Ef> files = {host::lds::Ef::dg1, host::lds::Ef::dg2};
  bool card_security = false;
  std::size_t portrait = 0;                          ///< octets that DG2 has at least
  std::vector<asn1::SecurityInfo> more_shown = {};   ///< further entries of EF.CardAccess (and DG14)
  std::vector<asn1::SecurityInfo> more_signed = {};  ///< further entries of DG14
};

}  // namespace cicada::tools::lower_tester
