#include "cicada/host/access/kdf.h"

#include "cicada/host/access/bac.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host::access;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

TEST_GROUP(Kdf){};

TEST(Kdf, makes_the_des_keys_of_appendix_D_1) {
  for (const auto& [id, use] :
       {std::pair{"bac-kdf-3des-enc", KeyUse::encryption}, std::pair{"bac-kdf-3des-mac", KeyUse::authentication}}) {
    const auto data = vectors::data("icao9303_11_appD_bac_sm.json", id);
    const auto key = derive_key(octets(data, "kseed"), KeyKind::tdes, use);
    CHECK_OK(key);
    CHECK_BYTES(concat({octets(data, "ka"), octets(data, "kb")}), key->expose());
  }
}

TEST(Kdf, makes_the_aes_keys_of_the_vectors) {
  const auto check = [&](const char* id, KeyKind kind) {
    const auto data = vectors::data("primitives_mac_cmac_kdf.json", id);
    const auto counter = std::stoul(data.at("c").is_string() ? data.at("c").get<std::string>()
                                                             : std::to_string(data.at("c").get<int>()));
    const auto key = derive_key(octets(data, "K"), kind, static_cast<KeyUse>(counter));
    CHECK_OK(key);
    CHECK_BYTES(octets(data, "key"), key->expose());
  };
  check("kdf-pi-mrz-aes128", KeyKind::aes128);
  check("kdf-sess-aes128-enc", KeyKind::aes128);
  check("kdf-sess-aes128-mac", KeyKind::aes128);
  check("kdf-pi-aes192", KeyKind::aes192);
  check("kdf-pi-aes256", KeyKind::aes256);
}

TEST_GROUP(BacKeys){};

TEST(BacKeys, come_from_the_mrz_information_of_appendix_D_2) {
  for (const auto* id : {"bac-mrzinfo-td2-long", "bac-mrzinfo-td2-9", "bac-mrzinfo-td1-long", "bac-mrzinfo-td1-9"}) {
    const auto data = vectors::data("icao9303_11_appD_bac_sm.json", id);
    const auto keys = BacKeys::from_mrz_information(data.at("mrz_information").get<std::string>());
    CHECK_OK(keys);
    CHECK_BYTES(octets(data, "derived_kenc"), keys->k_enc().expose());
    CHECK_BYTES(octets(data, "derived_kmac"), keys->k_mac().expose());
  }
}

TEST(BacKeys, are_not_made_from_something_else) {
  CHECK_FAULT(Fault::bad_input, BacKeys::from_mrz_information(""));
  CHECK_FAULT(Fault::bad_input, BacKeys::from_mrz_information("L898902C<36908061940623"));
  CHECK_FAULT(Fault::bad_input, BacKeys::from_mrz_information("l898902c<369080619406236"));
  CHECK_FAULT(Fault::bad_input, BacKeys::from_mrz_information("L898902C 369080619406236"));
}
