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

}  // namespace cicada::host::issuance
