// Faults of the data groups and of the list of their hashes (9303-10 §4.6.2.3).
#include "cicada/asn1/der.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/lds/dg1.h"
#include "tables.h"

namespace cicada::host::misissue {

namespace oids = asn1::oids;
using base::Bytes;

namespace {

constexpr auto kCheck = CheckName::dg_hashes;
constexpr std::string_view kHash = "9303-11 §5.1";
constexpr std::string_view kList = "9303-10 §4.6.2.3";
constexpr std::string_view kUnreadable = "the list of hashes in EF.SOD cannot be read";
constexpr auto kCountry = Trust::of_the_country;
constexpr int kFace = 2;

/// INTEGER 2, and the beginning of the hash behind it.
Bytes number_in_list(std::uint8_t number) {
  return {0x02, 0x01, number, 0x04};
}

void replace_number(Scene& scene, std::uint8_t number) {
  bend(scene, [number](SodRecipe& r) {
    r.content = patched(must(asn1::encode(r.list)), number_in_list(kFace), number_in_list(number));
  });
}

asn1::DataGroupHash& hash_of(asn1::LdsSecurityObject& list, int number) {
  for (auto& one : list.data_groups) {
    if (one.number == number) return one;
  }
  throw Failure{{.fault = base::Fault::bad_input, .what = "the document does not have the data group"}};
}

/// The holder with another name; what opens the chip stays.
void rename_holder(std::map<int, Bytes>& groups) {
  auto holder = must(lds::parse_dg1(groups.at(1))).mrz.fields;
  holder.primary_identifier = "SOMEBODY";
  holder.secondary_identifier = "ELSE";
  groups[1] = must(lds::build_dg1(holder));
}

/// The same content under a length in a longer form.
Bytes encoded_again(const Bytes& file) {
  const auto object = must(asn1::read_only(file));
  const auto size = object.value.size();
  return base::concat({Bytes{static_cast<std::uint8_t>(object.tag), 0x83, 0x00, static_cast<std::uint8_t>(size >> 8U),
                             static_cast<std::uint8_t>(size)},
                       base::to_bytes(object.value)});
}

std::vector<Fault> faults_of_the_groups() {
  return {
      {"holder-renamed",
       "DG1 has another name in it than the one that was signed.",
       kHash,
       kCheck,
       kFailed,
       "DG1: not what was signed",
       [](Scene& s) { s.change_groups = rename_holder; },
       kCountry,
       {},
       1},
      {"face-changed",
       "One bit of DG2 was changed after it was signed.",
       kHash,
       kCheck,
       kFailed,
       "DG2: not what was signed",
       [](Scene& s) { s.change_groups = [](auto& groups) { groups.at(kFace).back() ^= 0x01; }; },
       kCountry,
       {},
       kFace},
      {"face-encoded-again",
       "DG2 holds what was signed, under a length in another form.",
       kHash,
       kCheck,
       kFailed,
       "DG2: not what was signed",
       [](Scene& s) { s.change_groups = [](auto& groups) { groups.at(kFace) = encoded_again(groups.at(kFace)); }; },
       kCountry,
       {},
       kFace},
      {"face-not-listed",
       "EF.SOD has no hash of DG2, which the chip has.",
       kHash,
       kCheck,
       kFailed,
       "DG2: on the chip, but not in the security object",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) {
           hash_of(r.list, kFace);
           std::erase_if(r.list.data_groups, [](const auto& one) { return one.number == kFace; });
         });
       },
       kCountry,
       {},
       kFace},
      {"face-not-there",
       "EF.SOD lists DG2, which the chip does not have.",
       kList,
       kCheck,
       kOpen,
       "DG2",
       [](Scene& s) { s.change_groups = [](auto& groups) { groups.erase(kFace); }; },
       kCountry,
       {},
       kFace},
  };
}

std::vector<Fault> faults_of_the_list() {
  return {
      {"hashes-exchanged",
       "EF.SOD lists the hash of DG1 as that of DG2, and the other way round.",
       kHash,
       kCheck,
       kFailed,
       "DG1, DG2: not what was signed",
       [](Scene& s) { bend(s, [](SodRecipe& r) { std::swap(hash_of(r.list, 1).hash, hash_of(r.list, kFace).hash); }); },
       kCountry,
       {},
       kFace},
      {"hash-of-another-algorithm", "The hashes are of another algorithm than the list says.", kHash, kCheck, kFailed,
       "not what was signed",
       [](Scene& s) { bend(s, [](SodRecipe& r) { r.list.hash_algorithm = algorithm(oids::kSha512); }); }, kCountry,
       pki::KeyAlgorithm::ecdsa_p256},
      {"hash-cut",
       "Only the first eight octets of the hash of DG2 were signed.",
       kHash,
       kCheck,
       kFailed,
       "DG2: not what was signed",
       [](Scene& s) { bend(s, [](SodRecipe& r) { hash_of(r.list, kFace).hash.resize(8); }); },
       kCountry,
       {},
       kFace},
      {"hash-algorithm-md5", "The list says that its hashes are MD5.", "9303-12 §4.1.6", kCheck, kOpen,
       "is not supported",
       [](Scene& s) {
         bend(s, [](SodRecipe& r) { r.list.hash_algorithm = algorithm(asn1::Oid::of("1.2.840.113549.2.5")); });
       }},
      {"list-with-a-group-twice",
       "The list has two hashes of DG1.",
       kList,
       kCheck,
       kFailed,
       kUnreadable,
       [](Scene& s) { replace_number(s, 1); },
       kCountry,
       {},
       kFace},
      {"list-with-group-zero",
       "The list has the hash of a data group 0.",
       kList,
       kCheck,
       kFailed,
       kUnreadable,
       [](Scene& s) { replace_number(s, 0); },
       kCountry,
       {},
       kFace},
      {"hashes-match-an-unsigned-list", "All hashes are right, but nobody signed them.", kHash, kCheck, kOpen,
       "so this proves nothing", [](Scene& s) { bend(s, [](SodRecipe& r) { r.sign = signed_by(new_signer()); }); },
       kCountry, pki::KeyAlgorithm::ecdsa_p256},
  };
}

}  // namespace

std::vector<Fault> faults_of_the_hashes() {
  auto all = faults_of_the_groups();
  const auto list = faults_of_the_list();
  all.insert(all.end(), list.begin(), list.end());
  return all;
}

}  // namespace cicada::host::misissue
