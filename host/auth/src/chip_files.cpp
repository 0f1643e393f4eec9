#include "chip_files.h"

#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"

namespace cicada::host::auth {

base::Result<asn1::SecurityInfos> infos_of_dg14(base::ByteView ef_dg14) {
  CICADA_TRY(const auto file, lds::parse_dg14(ef_dg14));
  return asn1::parse_security_infos(file.security_infos);
}

base::Result<asn1::SubjectPublicKeyInfo> key_of_dg15(base::ByteView ef_dg15) {
  CICADA_TRY(const auto file, lds::parse_dg15(ef_dg15));
  return asn1::parse_public_key_info(file.public_key_info);
}

}  // namespace cicada::host::auth
