// Terminal authentication version 1: the chip gives the reader its rights (9303-11 §7.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cicada/asn1/cv_certificate.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/access/session.h"
#include "cicada/host/pki/cv_key.h"

namespace cicada::host::auth {

/// EF.CVCA as the chip has it (36 octets if it is right): from the selected application, at `place` as
/// TerminalAuthenticationInfo gives it (by its short identifier, where it gives one), or at 011C. Fails with
/// card_status, and as the session does.
[[nodiscard]] base::Result<base::Bytes> read_ef_cvca(access::SecureSession& session,
                                                     const std::optional<asn1::CvcaFile>& place = {});
/// The trust points in it: one or two names of CVCA keys, the newest first. Fails as above, and with malformed.
[[nodiscard]] base::Result<std::vector<std::string>> read_trust_points(access::SecureSession& session,
                                                                       const std::optional<asn1::CvcaFile>& place = {});

/// The key of the inspection system, wherever it is kept.
class TerminalSigner {
 public:
  TerminalSigner() = default;
  TerminalSigner(const TerminalSigner&) = delete;
  TerminalSigner& operator=(const TerminalSigner&) = delete;
  TerminalSigner(TerminalSigner&&) = delete;
  TerminalSigner& operator=(TerminalSigner&&) = delete;
  virtual ~TerminalSigner() = default;

  /// A signature over `message` as the algorithm of the terminal's certificate wants it: RSA as long as the modulus,
  /// ECDSA in plain format r || s.
  [[nodiscard]] virtual base::Result<base::Bytes> sign(base::ByteView message) = 0;
};

/// A signer whose key is in memory, and algorithm that of the terminal's certificate (pki::CvStore::terminal gives
/// both).
class CvTerminalSigner final : public TerminalSigner {
 public:
  /// Borrows `signer`, which must live longer.
  explicit CvTerminalSigner(const pki::CvSigner& signer) noexcept : signer_(signer) {}
  [[nodiscard]] base::Result<base::Bytes> sign(base::ByteView message) override { return signer_.sign(message); }

 private:
  const pki::CvSigner& signer_;
};

/// What the reader brings.
struct TerminalInput {
  /// In the order in which the chip is to verify them: links, document verifier, terminal. The first names a trust
  /// point as its authority (pki::CvPath::chain).
  std::span<const asn1::CvCertificate> chain;
  TerminalSigner* signer = nullptr;      ///< for the last certificate's key; never null
  base::ByteView id_ic;                  ///< id_ic_of_bac(), or Comp(PK_DH,IC) of PACE
  base::ByteView compressed_reader_key;  ///< Comp(PK_DH,IFD) of chip authentication, or of PACE-CAM: the newest
};

/// ID_IC after BAC: the document number with its check digit, out of the MRZ information (9303-11 §7.1.5). Fails with
/// bad_input when the text is too short.
[[nodiscard]] base::Result<base::Bytes> id_ic_of_bac(std::string_view mrz_information);

enum class TerminalStep : std::uint8_t {
  prepare,                ///< the chain looked at
  set_dst,                ///< MSE:Set DST
  verify_certificate,     ///< PSO:VERIFY CERTIFICATE
  set_at,                 ///< MSE:Set AT
  get_challenge,          ///< GET CHALLENGE
  sign,                   ///< the signer
  external_authenticate,  ///< EXTERNAL AUTHENTICATE
  done,
};
[[nodiscard]] std::string_view to_string(TerminalStep step) noexcept;

/// How it went.
struct TerminalEvidence {
  TerminalStep reached = TerminalStep::prepare;  ///< the step that failed; done when the chip gave the rights
  std::optional<base::Error> error = {};         ///< why it failed
  std::size_t certificate = 0;  ///< place in the chain of the certificate that `reached` was about (set_dst, verify)
  std::string holder = {};      ///< the holder reference of that certificate; of the terminal when done

  [[nodiscard]] bool accepted() const noexcept { return reached == TerminalStep::done; }
};

/// Presents the chain, then signs the chip's challenge. Never fails; on a refusal the session lives on without rights.
[[nodiscard]] TerminalEvidence run_terminal_authentication(access::SecureSession& session, const TerminalInput& input);

}  // namespace cicada::host::auth
