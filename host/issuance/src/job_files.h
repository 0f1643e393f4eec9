// What the two ways of preparing a card share.
#pragma once

#include "cicada/host/issuance/prepare.h"

namespace cicada::host::issuance {

[[nodiscard]] base::Result<base::Bytes> build_dg11_of(const CheckedDossier& dossier);
[[nodiscard]] base::Result<base::Bytes> build_dg12_of(const CheckedDossier& dossier);
/// EF.COM over the data groups among `files`.
[[nodiscard]] base::Bytes build_com(const std::map<lds::Ef, base::Bytes>& files);
/// Fails with conflict when groups that say the same thing do not (C03).
[[nodiscard]] base::Result<void> check_agreement(const CardJob& job);

/// Files that the chip's keys, or all other files, go into: DG14, DG15, EF.CardSecurity, EF.COM, EF.SOD.
[[nodiscard]] bool waits_for_chip(lds::Ef ef) noexcept;
/// Those of them that a profile has, in the order of Ef.
[[nodiscard]] std::vector<lds::Ef> waiting_files(const perso::Profile& profile);

}  // namespace cicada::host::issuance
