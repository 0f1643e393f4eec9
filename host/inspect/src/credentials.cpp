#include "cicada/host/inspect/credentials.h"

namespace cicada::host::inspect {

base::Result<Credentials> Credentials::from_mrz_information(std::string_view mrz_information) {
  Credentials credentials;
  CICADA_TRY(credentials.bac, access::BacKeys::from_mrz_information(mrz_information));
  CICADA_TRY(auto password, access::PacePassword::from_mrz_information(mrz_information));
  credentials.pace.push_back(std::move(password));
  credentials.mrz_information = base::SecretBytes::copy_of(base::as_bytes(mrz_information));
  return credentials;
}

}  // namespace cicada::host::inspect
