// Keys of one card and of one job out of a master key that the derivation never sees.
#include "derivation.h"

#include <set>

#include "cicada/crypto/openssl/mac.h"
#include "cicada/host/gp/diversify.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using namespace cicada::host::vault;
using base::Fault;

namespace {

/// CMAC under a key that the test knows.
class KnownMac final : public MasterMac {
 public:
  explicit KnownMac(const base::Bytes& key) : cmac_(crypto::openssl::Cmac::create(key).value()) {}
  [[nodiscard]] base::Result<void> compute(base::ByteView data, base::MutableByteView out) const override {
    CICADA_TRY(const auto mac, cmac_.compute({data}));
    std::copy_n(mac.begin(), out.size(), out.begin());
    inputs.push_back(base::to_bytes(data));
    return {};
  }
  mutable std::vector<base::Bytes> inputs;

 private:
  crypto::openssl::Cmac cmac_;
};

/// A token that is gone.
class GoneMac final : public MasterMac {
 public:
  [[nodiscard]] base::Result<void> compute(base::ByteView /*data*/, base::MutableByteView /*out*/) const override {
    return base::fail({.fault = Fault::transport, .what = "gone"});
  }
};

const host::gp::ChipSerial kSerial = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x00, 0x42};

}  // namespace

TEST_GROUP(Derivation) {
  const base::Bytes master = "404142434445464748494A4B4C4D4E4F"_hex;
};

TEST(Derivation, gives_the_transport_keys_of_host_gp) {
  const KnownMac mac{master};
  const auto ours = transport_keys_of(mac, kSerial);
  CHECK_OK(ours);
  const host::gp::MasterKey key{base::ByteView{master}.first<16>()};
  const auto theirs = host::gp::diversify(key, kSerial);
  CHECK_OK(theirs);
  CHECK_BYTES(theirs->k_enc.expose(), ours->k_enc.expose());
  CHECK_BYTES(theirs->k_mac.expose(), ours->k_mac.expose());
  CHECK_BYTES(theirs->k_dek.expose(), ours->k_dek.expose());
}

TEST(Derivation, of_a_job_key_has_the_octets_that_are_documented) {
  const KnownMac mac{master};
  const auto key = job_key_of(mac, "VN-1", 3);
  CHECK_OK(key);
  LONGS_EQUAL(2, mac.inputs.size());
  CHECK_BYTES("01 434943414441204A4F42204B4559 00 00000003 564E2D31 0100"_hex, mac.inputs[0]);
  CHECK_BYTES("02 434943414441204A4F42204B4559 00 00000003 564E2D31 0100"_hex, mac.inputs[1]);
}

TEST(Derivation, of_a_run_key_has_the_octets_that_are_documented) {
  const KnownMac mac{master};
  const host::issuance::SealRun run = {0xA1, 0xA2};
  const auto run_key = run_key_of(mac, run);
  CHECK_OK(run_key);
  LONGS_EQUAL(2, mac.inputs.size());
  CHECK_BYTES("01 43494341444120 52554E20 4B4559 00 A1A20000000000000000000000000000 0100"_hex, mac.inputs[0]);
  CHECK_BYTES("02 43494341444120 52554E20 4B4559 00 A1A20000000000000000000000000000 0100"_hex, mac.inputs[1]);
  // It is the key that both rounds make.
  base::Bytes key(32);
  CHECK_OK(mac.compute_each(std::vector{mac.inputs[0], mac.inputs[1]}, key));
  CHECK_BYTES(job_key_of(KnownMac{key}, "VN-1", 1)->expose(), job_key_of(**run_key, "VN-1", 1)->expose());
}

TEST(Derivation, gives_every_version_of_every_dossier_a_key_of_its_own) {
  const KnownMac mac{master};
  std::set<std::string> keys;
  for (const auto* dossier : {"VN-1", "VN-2", "VN-11"}) {
    for (const std::uint32_t version : {1U, 2U, 256U}) {
      keys.insert(base::to_hex(job_key_of(mac, dossier, version)->expose()));
    }
  }
  LONGS_EQUAL(9, keys.size());
}

TEST(Derivation, refuses_a_dossier_without_a_name) {
  const KnownMac mac{master};
  CHECK_FAULT(Fault::bad_input, job_key_of(mac, "", 1));
  CHECK_FAULT(Fault::bad_input, job_key_of(mac, std::string(1025, 'x'), 1));
}

TEST(Derivation, hands_on_that_the_token_is_gone) {
  CHECK_FAULT(Fault::transport, transport_keys_of(GoneMac{}, kSerial));
  CHECK_FAULT(Fault::transport, job_key_of(GoneMac{}, "VN-1", 1));
  CHECK_FAULT(Fault::transport, run_key_of(GoneMac{}, {}));
  CHECK_FAULT(Fault::transport, check_value_of(GoneMac{}));
}

TEST(Derivation, gives_the_check_value_of_the_key) {
  CHECK(check_value_of(KnownMac{master}).value() == host::pki::key_check_value(master).value());
}
