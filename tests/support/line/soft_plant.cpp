#include "soft_plant.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "cicada/base/file.h"
#include "cicada/base/hex.h"
#include "cicada/host/pki/line_keys.h"
#include "cicada/host/pki/test_country.h"
#include "cicada/host/vault/token_vault.h"

namespace cicada::test {

namespace fs = std::filesystem;
namespace pki = host::pki;

fs::path put_into_token(const tests::SoftToken& token, const Plant& plant, const fs::path& module) {
  const auto country = plant.country();
  token.import_pair("ds-1", "01", must(base::read_file(country / pki::test_country_file::kDsKey)));
  token.import_aes("transport-master", "11", must(pki::load_transport_master_key(country)).expose());
  token.import_aes("job-master", "12", must(pki::load_job_master_key(country)).expose());
  const auto check = [&](std::string_view file) {
    return base::to_hex(must(pki::load_key_check_value(country / file)));
  };
  const auto text = fmt::format(
      R"([token]
module = "{}"
label = "{}"
pin-file = "{}"

[master-keys]
transport = "transport-master"
transport-check = "{}"
job = "job-master"
job-check = "{}"

[[document-signer]]
key = "ds-1"
certificate = "country/{}"

[country]
trust = "country"
)",
      module.string(), tests::SoftToken::kLabel, token.pin_file().string(),
      check(pki::line_key_file::kTransportMasterCheck), check(pki::line_key_file::kJobMasterCheck),
      pki::test_country_file::kDs);
  const auto file = plant.options().folder / "token.toml";
  must(base::write_file(file, base::as_bytes(std::string_view{text}), 0600));
  return file;
}

std::unique_ptr<host::vault::Vault> open_vault(const fs::path& configuration, host::vault::HoldsFence holds) {
  const auto loaded = host::vault::load_token_configuration(configuration);
  if (!loaded) throw std::runtime_error(loaded.error().text);
  return must(host::vault::open_token_vault(*loaded, {.holds = std::move(holds)}));
}

}  // namespace cicada::test
