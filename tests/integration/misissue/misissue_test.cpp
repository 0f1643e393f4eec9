// Every document fault of the catalogue, on a chip that is sound otherwise, read by the code behind `cicada read`: each
// is caught by the check that it names, for the reason that it names.
#include "cicada/host/misissue/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "../misbehave/documents.h"
#include "cicada/applet_sim/kernel/card.h"
#include "cicada/applet_sim/misbehave/catalogue.h"
#include "cicada/applet_sim/nvm/storage.h"
#include "cicada/host/inspect/reader.h"
#include "cicada/host/lds/ef.h"
#include "cicada/host/transport/loopback.h"
#include "faulty_document.h"
#include "folder.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
namespace kernel = cicada::applet_sim::kernel;
namespace misissue = cicada::host::misissue;
using host::auth::CheckResult;
using host::inspect::Inspection;
using misissue::Outcome;

namespace {

/// PACE, chip and active authentication: a chip that has nearly everything that a fault may be about.
const tests::ChipDocument& document() {
  return tests::document_for("pace");
}

/// One that has the rest: DG3, DG4 and EF.CVCA, or EF.CardSecurity.
const tests::ChipDocument& document_for(const misissue::Fault& fault) {
  if (fault.needs == 3 || fault.needs == 4 || fault.needs_file == host::lds::Ef::cvca) {
    return tests::document_for("eac-aa");
  }
  if (fault.needs_file == host::lds::Ef::card_security) return tests::document_for("pace-cam");
  return document();
}

int group_of(const kernel::CardFile& file) {
  if (file.folder != kernel::Folder::lds1) return 0;
  const auto ef = host::lds::find_by_fid(host::lds::Directory::lds1, file.fid);
  return ef ? host::lds::data_group_number(*ef) : 0;
}

std::map<host::lds::Ef, Bytes> other_files_of(const kernel::CardContent& content) {
  std::map<host::lds::Ef, Bytes> files;
  for (const auto& file : content.files) {
    const auto directory =
        file.folder == kernel::Folder::mf ? host::lds::Directory::master_file : host::lds::Directory::lds1;
    const auto ef = host::lds::find_by_fid(directory, file.fid);
    if (ef && host::lds::data_group_number(*ef) == 0) files[*ef] = file.content;
  }
  return files;
}

std::map<int, Bytes> groups_of(const kernel::CardContent& content) {
  std::map<int, Bytes> groups;
  for (const auto& file : content.files) {
    if (const auto number = group_of(file); number != 0) groups[number] = file.content;
  }
  return groups;
}

/// The document's chip with the fault in its files.
struct Chip {
  explicit Chip(const misissue::Fault& fault)
      : of(document_for(fault)),
        about(fault),
        faulty(fault, *of.country, clock.now()),
        card(kernel::Card::create_personalized({.rng = card_rng, .clock = clock},
                                               std::make_unique<applet_sim::nvm::MemoryStorage>(), of.content)
                 .value()),
        installed(card->install(faulty)) {}

  [[nodiscard]] Result<Inspection> read(const host::pki::TrustStore& trust, bool strict) {
    CICADA_CHECK(installed);
    card->power_on();
    host::iso7816::Channel channel{slot};
    host::inspect::InspectionOptions options{.credentials = of.credentials()};
    options.verifier = of.verifier;
    options.ask_for_lengths = about.name.starts_with("atr-info");
    options.judge.trust = &trust;
    options.judge.policy.strict = strict;
    ReplayRng rng{11};
    return host::inspect::inspect(channel, options, rng, clock);
  }

  const tests::ChipDocument& of;
  const misissue::Fault& about;
  ReplayRng card_rng{7};
  SystemClock clock;
  tools::FaultyDocument faulty;
  std::unique_ptr<kernel::Card> card;
  Result<void> installed;
  host::transport::LoopbackTransport slot{[this](ByteView command) { return card->process(command); }};
};

std::string told(std::string_view name, const Result<Inspection>& inspection) {
  if (!inspection) return fmt::format("{}: the reading ended: {}", name, inspection.error().describe());
  auto text = fmt::format("{}:", name);
  for (const auto& check : inspection->verdict.checks) {
    text += fmt::format("\n  {}: {} ({})", to_string(check.check), to_string(check.result), check.reason);
    for (const auto& deviation : check.deviations) text += " [" + deviation + "]";
  }
  return text;
}

bool is_caught(const misissue::Fault& fault, const Result<Inspection>& inspection, bool strict) {
  const auto* const check = inspection ? inspection->verdict.find(fault.check) : nullptr;
  if (check == nullptr) return false;
  const bool says_so = check->reason.find(fault.reason) != std::string::npos;
  switch (fault.outcome) {
    case Outcome::failed: return check->result == CheckResult::failed && says_so;
    case Outcome::not_checked:
      if (strict && check->result == CheckResult::failed) return true;
      return check->result == CheckResult::not_checked && says_so &&
             inspection->verdict.outcome() != host::auth::Outcome::passed;
    case Outcome::sound:
      // Unusual is not strict: SHA-1, a curve by its name.
      return strict || (check->result == CheckResult::passed && says_so &&
                        inspection->verdict.outcome() == host::auth::Outcome::passed);
    case Outcome::tolerated: break;
  }
  if (strict) return check->result == CheckResult::failed && says_so;
  // What cannot be read proves nothing about the chip either; whose structure is wrong alone is put up with.
  const bool alone = inspection->verdict.outcome() == host::auth::Outcome::passed ||
                     fault.check == host::auth::CheckName::file_structure;
  return alone && std::ranges::find(check->deviations, fault.reason) != check->deviations.end();
}

/// Is caught by a reader, and by a strict one. Says what was wrong if not.
std::string drive(const misissue::Fault& fault) {
  Chip chip{fault};
  const auto made_with_it = chip.faulty.trust().store();
  const auto& trust = fault.trust == misissue::Trust::of_the_country ? *chip.of.trust : made_with_it;
  for (const bool strict : {false, true}) {
    const auto inspection = chip.read(trust, strict);
    if (!is_caught(fault, inspection, strict)) return told(fault.name, inspection);
  }
  return {};
}

}  // namespace

TEST_GROUP(Misissue){};

TEST(Misissue, has_more_than_sixty_faults_that_readers_refuse_each_with_a_name_of_its_own) {
  std::set<std::string_view> names;
  std::size_t refused = 0;
  for (const auto& fault : misissue::catalogue()) {
    CHECK_TEXT(names.insert(fault.name).second, std::string{fault.name}.c_str());
    CHECK_TEXT(
        !fault.title.empty() && !fault.clause.empty() && (fault.outcome == Outcome::sound || !fault.reason.empty()),
        std::string{fault.name}.c_str());
    CHECK(misissue::find(fault.name) == &fault);
    if (fault.outcome == Outcome::failed) ++refused;
  }
  CHECK(refused >= 60);
  CHECK(misissue::find("no-such-fault") == nullptr);
}

TEST(Misissue, shares_no_name_with_the_faults_of_chips) {
  for (const auto& fault : applet_sim::misbehave::builtin_catalogue()) {
    CHECK_TEXT(misissue::find(fault.name) == nullptr, fault.name.c_str());
  }
}

TEST(Misissue, is_caught_by_the_right_check_for_the_right_reason) {
  std::string wrong;
  for (const auto& fault : misissue::catalogue()) {
    if (const auto text = drive(fault); !text.empty()) wrong += "\n" + text;
  }
  if (!wrong.empty()) FAIL(wrong.c_str());
}

TEST(Misissue, is_what_is_caught_a_document_forged_with_nothing_wrong_passes) {
  auto nothing = *misissue::find("no-signer");
  for (const auto kind : {std::optional<host::pki::KeyAlgorithm>{}, std::optional{host::pki::KeyAlgorithm::rsa_2048}}) {
    nothing.algorithm = kind;
    for (const auto commit :
         {+[](misissue::Scene&) {}, +[](misissue::Scene& scene) { age(scene.authority, scene.now); }}) {
      nothing.commit = commit;
      Chip chip{nothing};
      const auto inspection = chip.read(chip.faulty.trust().store(), true);
      CHECK_TEXT(inspection && inspection->verdict.outcome() == host::auth::Outcome::passed,
                 told("nothing wrong", inspection).c_str());
      for (const auto& check : inspection->verdict.checks) CHECK_TEXT(check.deviations.empty(), check.reason.c_str());
    }
  }
}

TEST(Misissue, works_for_countries_with_every_kind_of_key) {
  for (const auto kind : {host::pki::KeyAlgorithm::rsa_2048, host::pki::KeyAlgorithm::ecdsa_brainpool_p384r1}) {
    SystemRng rng;
    const SystemClock clock;
    const auto country =
        host::pki::create_test_country({.algorithm = kind, .document_types = {"P"}}, rng, clock).value();
    host::pki::TrustStore own;
    CHECK_OK(own.add(asn1::Certificate{country.csca}));
    CHECK_OK(own.add(asn1::CertificateList{country.crl}));
    for (const auto& fault : misissue::catalogue()) {
      const auto& content = document_for(fault).content;
      const auto forgery = misissue::forge(fault, country, groups_of(content), clock.now(), other_files_of(content));
      if (!forgery) FAIL(fmt::format("{}: {}", fault.name, forgery.error().describe()).c_str());
      if (fault.outcome != Outcome::failed || fault.check > host::auth::CheckName::country) continue;
      host::inspect::Files files{{host::lds::Ef::sod, forgery->sod}};
      for (const auto& [number, octets] : forgery->groups) files[*host::lds::data_group(number)] = octets;
      const auto made_with_it = forgery->trust.store();
      const auto& trust = fault.trust == misissue::Trust::of_the_country ? own : made_with_it;
      const auto verdict = host::inspect::inspect_files(std::move(files), {.trust = &trust}, clock.now()).verdict;
      const auto* const check = verdict.find(fault.check);
      if (fault.check == host::auth::CheckName::card_access_match) continue;  // there is no chip
      if (check->result != CheckResult::failed || check->reason.find(fault.reason) == std::string::npos) {
        FAIL(fmt::format("{} with {}: {} {} ({})", fault.name, to_string(kind), to_string(check->check),
                         to_string(check->result), check->reason)
                 .c_str());
      }
    }
  }
}

TEST(Misissue, leaves_the_country_as_it_was) {
  const auto& country = *document().country;
  const auto csca = country.csca.der;
  const auto ds = country.ds.der;
  for (const auto* name : {"ds-revoked", "csca-expired", "csca-key-weak"}) {
    CHECK_OK(misissue::forge(*misissue::find(name), country, groups_of(document().content), SystemClock{}.now()));
  }
  CHECK_BYTES(csca, country.csca.der);
  CHECK_BYTES(ds, country.ds.der);
}

TEST(Misissue, refuses_a_document_that_does_not_have_what_the_fault_is_about) {
  auto groups = groups_of(document().content);
  groups.erase(15);
  const auto& fault = *misissue::find("dg15-of-another-key");
  CHECK_FAULT(Fault::bad_input, misissue::forge(fault, *document().country, groups, SystemClock{}.now()));
  CHECK_FAULT(Fault::bad_input,
              misissue::forge(*misissue::find("no-signer"), *document().country, {}, SystemClock{}.now()));
  CHECK_FAULT(Fault::bad_input, misissue::forge(*misissue::find("com-tag-wrong"), *document().country,
                                                groups_of(document().content), SystemClock{}.now()));
}

TEST(Misissue, writes_trust_material_that_a_reader_can_load_into_an_empty_folder_only) {
  const tests::Folder folder;
  const auto& fault = *misissue::find("ds-revoked-on-an-older-list");
  Chip chip{fault};
  const auto& trust = chip.faulty.trust();
  CHECK_OK(misissue::save(trust, folder / "trust"));
  const auto loaded = host::pki::TrustStore::load(folder / "trust").value();
  LONGS_EQUAL(1, loaded.anchors().size());
  LONGS_EQUAL(2, loaded.revocation_lists().size());
  CHECK(is_caught(fault, chip.read(loaded, false), false));
  CHECK_FAULT(Fault::conflict, misissue::save(trust, folder / "trust"));
}
