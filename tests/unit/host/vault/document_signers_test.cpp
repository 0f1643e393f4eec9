// Which document signer signs, and why none may (K01, K02).
#include "cicada/host/vault/document_signers.h"

#include <map>

#include "authority.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::host::vault;
using base::Date;
using base::Fault;
using cicada::tests::Authority;
using cicada::tests::days_from_today;
using host::perso::DocumentKind;
namespace pki = cicada::host::pki;

namespace {

/// A further signer of the State: serial, and the days from today between which its key signs.
struct Wanted {
  std::uint8_t serial = 1;
  int begin = -1;
  int end = 30;
  int valid_until = 4000;
  std::vector<std::string> types = {"ID"};
  pki::KeyAlgorithm algorithm = pki::KeyAlgorithm::ecdsa_p256;
};

pki::DocumentSigner signer_of(const Authority& state, const Wanted& wanted) {
  auto key = tests::new_signer(wanted.algorithm);
  auto tbs = state.ds;
  tbs.serial = {wanted.serial};
  tbs.public_key = key.public_key_info(pki::EcParameterForm::explicit_parameters).value();
  tbs.validity = {.not_before = days_from_today(wanted.begin), .not_after = days_from_today(wanted.valid_until)};
  tests::put(tbs.extensions, asn1::make_subject_key_identifier(tests::key_id(key)));
  tests::put(tbs.extensions, asn1::make_private_key_usage_period({.not_before = days_from_today(wanted.begin),
                                                                  .not_after = days_from_today(wanted.end)})
                                 .value());
  tests::put(tbs.extensions, asn1::make_document_type_list(wanted.types).value());
  return {.certificate = tests::issue(tbs, state.csca_key), .signer = std::move(key)};
}

std::string name_of(const base::Result<DocumentSigners::Chosen>& chosen) {
  return chosen ? chosen->name : chosen.error().describe();
}

Date day_from_today(int days) {
  return base::date_of(days_from_today(days));
}

}  // namespace

TEST_GROUP(DocumentSigners) {
  Authority state = tests::new_authority();
  std::shared_ptr<base::FixedClock> clock = std::make_shared<base::FixedClock>(tests::today());
  SigningRules rules;
  SignedBefore signed_before;

  std::unique_ptr<DocumentSigners> made(const std::vector<Wanted>& wanted) {
    std::vector<pki::DocumentSigner> signers;
    for (const auto& one : wanted) signers.push_back(signer_of(state, one));
    auto created = DocumentSigners::create(std::move(signers), state.trust(), rules, clock, signed_before);
    CHECK_OK(created);
    return std::move(*created);
  }
  void check_refused(DocumentSigners & signers, const char* what, std::optional<Date> end = {},
                     DocumentKind kind = DocumentKind::cccd) {
    const auto chosen = signers.choose(kind, end);
    CHECK_FAULT(Fault::conflict, chosen);
    CHECK_STRING(what, chosen.error().what.view());
  }
};

TEST(DocumentSigners, let_the_one_sign_whose_period_contains_now) {
  const auto signers = made({{.serial = 1, .begin = 10, .end = 40}, {.serial = 2}, {.serial = 3, .end = -1}});
  CHECK_STRING("02", name_of(signers->choose(DocumentKind::cccd, {})));
  clock->advance(std::chrono::days{35});
  CHECK_STRING("01", name_of(signers->choose(DocumentKind::cccd, {})));
}

TEST(DocumentSigners, use_up_the_one_whose_period_ends_first) {
  const auto signers = made({{.serial = 1, .end = 30}, {.serial = 2, .end = 10}});
  CHECK_STRING("02", name_of(signers->choose(DocumentKind::cccd, {})));
  clock->advance(std::chrono::days{11});
  CHECK_STRING("01", name_of(signers->choose(DocumentKind::cccd, {})));
}

TEST(DocumentSigners, stop_the_line_when_no_period_contains_now) {
  auto signers = made({{.serial = 1, .begin = -30, .end = -1}});
  check_refused(*signers, "K01: the document signer's private key usage period is over");
  signers = made({{.serial = 1, .begin = 2}});
  check_refused(*signers, "K01: the document signer is not valid yet");
}

TEST(DocumentSigners, do_not_sign_a_card_that_lives_longer_than_they) {
  auto signers = made({{.serial = 1, .valid_until = 3650}});
  CHECK_OK(signers->choose(DocumentKind::cccd, day_from_today(3650)));
  check_refused(*signers, "K01: the document signer's certificate ends before the card", day_from_today(3651));
  CHECK_OK(signers->choose(DocumentKind::cccd, {}));  // a card without an end cannot be outlived
  rules.cards_may_outlive_signer = true;
  signers = made({{.serial = 1, .valid_until = 3650}});
  CHECK_OK(signers->choose(DocumentKind::cccd, day_from_today(3651)));
}

TEST(DocumentSigners, sign_only_the_documents_that_their_certificate_names) {
  auto signers = made({{.serial = 1}});
  check_refused(*signers, "K02: the document signer may not sign this type of document", {}, DocumentKind::passport);
  signers = made({{.serial = 1}, {.serial = 2, .types = {"P"}}});
  CHECK_STRING("02", name_of(signers->choose(DocumentKind::passport, {})));
  CHECK_STRING("01", name_of(signers->choose(DocumentKind::cccd, {})));
}

TEST(DocumentSigners, that_are_revoked_do_not_sign) {
  state.crl.revoked = {{.serial = {5}, .revoked_at = days_from_today(-2)}};
  auto signers = made({{.serial = 5}});
  check_refused(*signers, "K01: the document signer is revoked");
  signers = made({{.serial = 5}, {.serial = 2}});
  CHECK_STRING("02", name_of(signers->choose(DocumentKind::cccd, {})));
}

TEST(DocumentSigners, of_another_csca_do_not_sign) {
  const auto other = tests::new_authority();
  std::vector<pki::DocumentSigner> signers;
  signers.push_back(signer_of(other, {}));
  const auto created = DocumentSigners::create(std::move(signers), state.trust(), rules, clock);
  CHECK_OK(created);
  check_refused(**created, "K02: the document signer's certificate does not belong to a CSCA of this country");
}

TEST(DocumentSigners, sign_with_the_algorithms_of_the_rules) {
  rules.algorithms = {"ecdsa-p384", "rsa-3072"};
  auto signers = made({{.serial = 1}});
  check_refused(*signers, "K02: the document signer's algorithm is not one of the profile");
  signers = made({{.serial = 1}, {.serial = 2, .algorithm = pki::KeyAlgorithm::ecdsa_p384}});
  CHECK_STRING("02", name_of(signers->choose(DocumentKind::cccd, {})));
}

TEST(DocumentSigners, sign_so_many_cards_and_no_more) {
  rules.cards_per_signer = 2;
  const auto signers = made({{.serial = 1}, {.serial = 2, .end = 40}});
  std::string order;
  for (int i = 0; i < 4; ++i) order += name_of(signers->choose(DocumentKind::cccd, {}));
  CHECK_STRING("01010202", order);
  check_refused(*signers, "K01: the document signer has signed as many cards as it may");
}

TEST(DocumentSigners, count_a_card_once_however_often_it_is_tried) {
  rules.cards_per_signer = 2;
  const auto signers = made({{.serial = 1}, {.serial = 2, .end = 40}});
  std::string order;
  for (const auto* const card : {"a", "a", "b", "c", "b", "a", "c", "d"}) {
    order += name_of(signers->choose(DocumentKind::cccd, {}, card));
  }
  CHECK_STRING("0101010201010202", order);
  CHECK_FAULT(Fault::conflict, signers->choose(DocumentKind::cccd, {}, "e"));
  CHECK_STRING("02", name_of(signers->choose(DocumentKind::cccd, {}, "d")));
  // Whoever signed it may not sign any more: it is another signature.
  clock->advance(std::chrono::days{31});
  CHECK_FAULT(Fault::conflict, signers->choose(DocumentKind::cccd, {}, "a"));
}

TEST(DocumentSigners, go_on_from_what_was_signed_before) {
  rules.cards_per_signer = 10;
  std::map<std::string, std::uint64_t> known{{"01", 9}, {"02", 10}};
  signed_before = [&](const std::string& signer, std::uint64_t most) -> base::Result<std::uint64_t> {
    LONGS_EQUAL(10, most);
    return known.at(signer);
  };
  const auto signers = made({{.serial = 1}, {.serial = 2, .end = 40}});
  CHECK_STRING("01", name_of(signers->choose(DocumentKind::cccd, {})));
  check_refused(*signers, "K01: the document signer has signed as many cards as it may");
}

TEST(DocumentSigners, hear_of_each_other_while_they_sign_side_by_side) {
  rules.cards_per_signer = 1000;
  std::uint64_t book = 0;
  int asked = 0;
  signed_before = [&](const std::string&, std::uint64_t most) -> base::Result<std::uint64_t> {
    ++asked;
    return std::min(book, most);
  };
  const auto one = made({{.serial = 1}});
  const auto other = made({{.serial = 1}});
  std::uint64_t cards = 0;
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    for (auto* const signers : {one.get(), other.get(), other.get()}) {
      clock->advance(std::chrono::seconds{1});
      if (!signers->choose(DocumentKind::cccd, {})) continue;
      goes_on = true;
      ++cards;
      ++book;  // written down before the next is signed
    }
  }
  LONGS_EQUAL(1000, cards);
  CHECK(asked < 800);  // and not at every card
}

TEST(DocumentSigners, that_paused_hear_what_the_others_signed_since) {
  rules.cards_per_signer = 100'000;
  std::uint64_t book = 0;
  signed_before = [&](const std::string&, std::uint64_t) -> base::Result<std::uint64_t> { return book; };
  const auto one = made({{.serial = 1}});
  CHECK_OK(one->choose(DocumentKind::cccd, {}));
  book = 100'000;
  clock->advance(std::chrono::seconds{9});
  CHECK_OK(one->choose(DocumentKind::cccd, {}));  // the answer still holds
  clock->advance(std::chrono::seconds{1});
  check_refused(*one, "K01: the document signer has signed as many cards as it may");
  // A clock that was put back makes no answer younger.
  book = 0;
  const auto other = made({{.serial = 1}});
  CHECK_OK(other->choose(DocumentKind::cccd, {}));
  book = 100'000;
  clock->advance(std::chrono::hours{-1});
  check_refused(*other, "K01: the document signer has signed as many cards as it may");
}

TEST(DocumentSigners, near_the_limit_ask_once_a_second_and_not_at_each_card) {
  rules.cards_per_signer = 20;
  int asked = 0;
  signed_before = [&](const std::string&, std::uint64_t) -> base::Result<std::uint64_t> {
    ++asked;
    return 0;
  };
  const auto signers = made({{.serial = 1}});
  for (int i = 0; i < 10; ++i) CHECK_OK(signers->choose(DocumentKind::cccd, {}));
  LONGS_EQUAL(1, asked);
  clock->advance(std::chrono::seconds{1});
  for (int i = 0; i < 10; ++i) CHECK_OK(signers->choose(DocumentKind::cccd, {}));
  LONGS_EQUAL(2, asked);
  check_refused(*signers, "K01: the document signer has signed as many cards as it may");
}

TEST(DocumentSigners, sign_nothing_while_nobody_says_how_much_was_signed) {
  signed_before = [](const std::string&, std::uint64_t) -> base::Result<std::uint64_t> {
    return base::fail({.fault = Fault::transport, .what = "the database is away"});
  };
  CHECK_OK(made({{.serial = 1}})->choose(DocumentKind::cccd, {}));  // no limit: nobody is asked
  rules.cards_per_signer = 10;
  CHECK_FAULT(Fault::transport, made({{.serial = 1}})->choose(DocumentKind::cccd, {}));
}

TEST(DocumentSigners, whose_key_belongs_to_another_certificate_are_refused) {
  auto one = signer_of(state, {.serial = 1});
  auto two = signer_of(state, {.serial = 2});
  std::vector<pki::DocumentSigner> mixed;
  mixed.push_back({.certificate = one.certificate, .signer = std::move(two.signer)});
  CHECK_FAULT(Fault::bad_input, DocumentSigners::create(std::move(mixed), state.trust(), rules, clock));
  CHECK_FAULT(Fault::bad_input, DocumentSigners::create({}, state.trust(), rules, clock));
}

TEST_GROUP(EndOfACard){};

TEST(EndOfACard, stands_in_the_mrz) {
  host::issuance::CardJob job;
  job.mrz = {"IDVNM0889812073036088981207<<5", "8806136M2806137VNM<<<<<<<<<<<4", "LE<<THE<KHOI<<<<<<<<<<<<<<<<<<"};
  CHECK_STRING("2028-06-13", base::to_iso_date(*end_of(job)));
}

TEST(EndOfACard, is_not_there_when_the_card_does_not_end) {
  host::issuance::CardJob job;
  CHECK_FALSE(end_of(job).has_value());
  job.mrz = {"IDVNM0889812073036088981207<<5", "8806136M9912315VNM<<<<<<<<<<<4", "LE<<THE<KHOI<<<<<<<<<<<<<<<<<<"};
  CHECK_FALSE(end_of(job).has_value());
}
