#include "gp_vectors.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace cicada::test {

using base::ByteView;

std::vector<nlohmann::json> vectors_of_kind(std::string_view kind) {
  std::vector<nlohmann::json> found;
  for (const auto* file : {"scp03.json", "scp03_levels.json", "scp02.json", "key_diversification.json"}) {
    for (const auto& vector : tests::vectors::all(file)) {
      if (vector.at("kind") == kind && vector.at("verified") == true) found.push_back(vector.at("data"));
    }
  }
  if (found.empty()) throw std::runtime_error("no vector of kind " + std::string{kind});
  return found;
}

host::gp::StaticKeys static_keys(const nlohmann::json& data) {
  return {.k_enc = host::gp::KEnc::copy_of(octets(data, "k_enc")).value(),
          .k_mac = host::gp::KMac::copy_of(octets(data, "k_mac")).value(),
          .k_dek = host::gp::KDek::copy_of(octets(data, "k_dek")).value()};
}

host::gp::ChipSerial serial(ByteView octets) {
  host::gp::ChipSerial value{};
  std::ranges::copy(octets.first(value.size()), value.begin());
  return value;
}

host::iso7816::CommandApdu command(ByteView short_apdu) {
  host::iso7816::CommandApdu apdu{.cla = short_apdu[0], .ins = short_apdu[1], .p1 = short_apdu[2], .p2 = short_apdu[3]};
  auto rest = short_apdu.subspan(4);
  if (rest.size() > 1) {
    apdu.data = base::to_bytes(rest.subspan(1, rest[0]));
    rest = rest.subspan(1U + rest[0]);
  }
  if (!rest.empty()) apdu.ne = rest[0] == 0 ? 256U : rest[0];
  return apdu;
}

host::gp::UpdateAnswer update_answer(const nlohmann::json& data) {
  return host::gp::parse_update_answer(octets(data, "initialize_update_answer"), octets(data, "host_challenge"))
      .value();
}

host::gp::KeySource source(const nlohmann::json& data) {
  return [data](const auto&) { return base::Result<host::gp::StaticKeys>{static_keys(data)}; };
}

host::iso7816::ResponseApdu response(ByteView apdu) {
  return host::iso7816::ResponseApdu::parse(base::to_bytes(apdu)).value();
}

}  // namespace cicada::test
