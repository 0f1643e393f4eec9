// From a checked record to what is written into a chip.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/issuance/rules.h"
#include "cicada/host/lds/ef.h"

namespace cicada::host::pki {
class Signer;
}

namespace cicada::host::issuance {

/// Everything that a personalization run needs to know about one citizen.
struct CardJob {
  std::string number;  ///< the twelve digits
  std::string name;
  std::map<lds::Ef, base::Bytes> files;  ///< EF.COM, EF.SOD and the data groups, whole contents
  std::string mrz_information;           ///< input of the access keys (9303-11 §9.7.1.1); never log it
  std::vector<std::string> mrz;          ///< the lines, as they are to be printed
};

/// The groups of a Vietnamese card that this issue can build.
[[nodiscard]] std::span<const lds::Ef> cccd_groups() noexcept;

/// Signs the security objects of many cards with one document signer key: certificate and key are parsed once.
class SodSigner {
 public:
  /// `certificate` is the document signer's, DER. Fails with malformed, or bad_input when key and certificate do not
  /// belong together.
  [[nodiscard]] static base::Result<SodSigner> create(pki::Signer signer, base::ByteView certificate);
  SodSigner(const SodSigner&) = delete;
  SodSigner& operator=(const SodSigner&) = delete;
  SodSigner(SodSigner&&) noexcept;
  SodSigner& operator=(SodSigner&&) noexcept;
  ~SodSigner();

  /// EF.SOD over these data groups (number, whole file content). @clause 9303-10 §4.6.2
  [[nodiscard]] base::Result<base::Bytes> sign(const std::map<lds::Ef, base::Bytes>& files) const;

 private:
  struct State;
  explicit SodSigner(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// The data groups of one citizen without EF.SOD: EF.COM and `groups` (of DG1, DG2, DG13; others: unsupported).
[[nodiscard]] base::Result<CardJob> build_files(const CheckedDossier& dossier, std::span<const lds::Ef> groups);

/// The whole of it, signed. The built groups are read back and compared with the record and with each other (C03).
[[nodiscard]] base::Result<CardJob> prepare(const CheckedDossier& dossier, const SodSigner& signer,
                                            std::span<const lds::Ef> groups = cccd_groups());

}  // namespace cicada::host::issuance
