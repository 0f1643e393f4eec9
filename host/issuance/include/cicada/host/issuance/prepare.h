// From a checked record to what is written into a chip.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cicada/asn1/oid.h"
#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/base/rng.h"
#include "cicada/host/issuance/rules.h"
#include "cicada/host/lds/dg13.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/lds/mrz.h"
#include "cicada/host/perso/chip.h"
#include "cicada/host/perso/content.h"
#include "cicada/host/perso/profile.h"
#include "cicada/host/pki/signer.h"

namespace cicada::host::issuance {

/// LDS 1.8 over Unicode 4.0, in EF.COM and in EF.SOD alike. @clause 9303-10 §4.6.1
inline constexpr std::string_view kLdsVersion = "0108";
inline constexpr std::string_view kUnicodeVersion = "040000";

/// Everything that a personalization run needs to know about one citizen.
struct CardJob {
  std::string number;  ///< the twelve digits
  std::string name;
  std::map<lds::Ef, base::Bytes> files;  ///< the data groups, EF.COM, EF.SOD and what else is asked for, whole contents
  std::string mrz_information;           ///< input of the access keys (9303-11 §9.7.1.1); never log it
  std::vector<std::string> mrz;          ///< the lines, as they are to be printed
  std::string can;                       ///< six digits; empty: the card has none
  /// Of a chip that is given its keys (perso::Profile::takes_keys); else empty. Shared, so that there is one copy.
  std::shared_ptr<const perso::PreparedKeys> keys = {};
};

/// The groups of a Vietnamese card that this issue can build.
[[nodiscard]] std::span<const lds::Ef> cccd_groups() noexcept;

/// A signed file that waits for its signature.
struct Unsigned {
  lds::Ef ef{};            ///< EF.SOD or EF.CardSecurity
  base::Bytes content;     ///< LDS security object, or SecurityInfos
  base::Bytes attributes;  ///< the signed attributes: what the signature is made over
};

/// Signs the security objects of many cards with one document signer, whose certificate and key stay parsed.
class SodSigner {
 public:
  /// Fails with bad_input when key and certificate do not belong together. Whether the signer may sign today
  /// (pki::check_usable) is the caller's question.
  [[nodiscard]] static base::Result<SodSigner> create(pki::DocumentSigner signer);

  /// EF.SOD over the data groups among `files`: LDS security object version 1, hashed with the signer's hash, signed
  /// attributes, the DS certificate inside. Fails with bad_input when there are fewer than two, or crypto.
  /// @clause 9303-10 §4.6.2
  [[nodiscard]] base::Result<base::Bytes> sign(const std::map<lds::Ef, base::Bytes>& files) const;

  /// EF.CardSecurity: SecurityInfos, signed in the same way. @clause 9303-11 §9.2.11
  [[nodiscard]] base::Result<base::Bytes> sign_card_security(base::ByteView security_infos) const;

  /// Both in two steps, so that the signatures of several cards can be asked for together: what must be signed, and
  /// the whole files, an answer for each. They fail as sign() does.
  [[nodiscard]] base::Result<Unsigned> begin(const std::map<lds::Ef, base::Bytes>& files) const;
  [[nodiscard]] base::Result<Unsigned> begin_card_security(base::Bytes security_infos) const;
  [[nodiscard]] std::vector<base::Result<base::Bytes>> sign_each(std::span<const Unsigned> waiting) const;

  [[nodiscard]] const asn1::Certificate& certificate() const noexcept { return signer_.certificate; }

 private:
  explicit SodSigner(pki::DocumentSigner signer) : signer_(std::move(signer)) {}
  [[nodiscard]] base::Result<Unsigned> begin(lds::Ef ef, base::Bytes content) const;
  [[nodiscard]] base::Result<base::Bytes> finish(const Unsigned& waiting, base::ByteView signature) const;
  pki::DocumentSigner signer_;
};

/// What DG1 says. Of a passport: TD3, the number of the passport, the holder's number as personal number. Else TD1, the
/// last nine digits as document number, all twelve and their check digit in the optional data.
[[nodiscard]] base::Result<lds::Mrz> mrz_of(const CheckedDossier& dossier);
/// What DG13 says.
[[nodiscard]] base::Result<lds::CccdData> dg13_of(const CheckedDossier& dossier);
/// Field 16 of DG13: sixteen hexadecimal characters. Its meaning on real cards is not published; here it follows from
/// the number and the day of issue, so that preparing a record twice gives the same card.
[[nodiscard]] base::Result<std::string> chip_id_of(const CheckedDossier& dossier);

/// The files of one citizen without EF.SOD: EF.COM and `groups`. Fails with unsupported for a group other than DG1,
/// DG2, DG11, DG12 and DG13, bad_input when one stands twice or the record has something that does not fit.
[[nodiscard]] base::Result<CardJob> build_files(const CheckedDossier& dossier, std::span<const lds::Ef> groups);

/// The whole of it, signed. The built groups are read back and compared with each other first: fails with conflict when
/// they disagree (C03).
[[nodiscard]] base::Result<CardJob> prepare(const CheckedDossier& dossier, const SodSigner& signer,
                                            std::span<const lds::Ef> groups = cccd_groups());

/// The files of one citizen that do not wait for the chip: data groups, EF.CardAccess, EF.DIR and EF.ATR/INFO, as far
/// as the profile has them. A DG3 says that there are no fingers, with octets from `rng` (9303-10 §4.7.3). The CAN is
/// what the profile says. Keys are made when the profile's kind of card takes prepared ones. Fails like build_files,
/// with conflict as prepare() does, crypto.
[[nodiscard]] base::Result<CardJob> prepare_files(const CheckedDossier& dossier, const perso::Profile& profile,
                                                  base::Rng& rng);

/// The rest of them, when the chip has made its keys: DG14, DG15 and EF.CardSecurity from their public halves, EF.COM
/// over all data groups, and EF.SOD, which is signed last. Whoever writes the card calls this and never sees the
/// signer. A job with prepared keys has its own and `keys` are not asked. Fails with bad_input when the keys are not
/// those of the profile, crypto.
[[nodiscard]] base::Result<void> complete_files(CardJob& job, const perso::Profile& profile,
                                                const perso::ChipKeys& keys, const SodSigner& signer);

/// complete_files() without the signatures: what is to be signed for this job. EF.SOD and EF.CardSecurity are put into
/// job.files by the caller, under Unsigned::ef, when SodSigner::sign_each() has made them.
[[nodiscard]] base::Result<std::vector<Unsigned>> begin_completion(CardJob& job, const perso::Profile& profile,
                                                                   const perso::ChipKeys& keys,
                                                                   const SodSigner& signer);

/// How a profile calls the content of a file: "dg1", "ef-cardaccess".
[[nodiscard]] std::string content_name(lds::Ef ef);

}  // namespace cicada::host::issuance
