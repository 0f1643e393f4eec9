// A line whose keys lie in a PKCS#11 token (SoftHSM2), and the token goes away in the middle.
#include <cstdlib>

#include "line/soft_plant.h"
#include "works.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::test;
namespace fs = std::filesystem;
namespace line = cicada::host::line;

TEST_GROUP(LineToken) {
  tests::SoftToken soft;
  Works works;
  fs::path gone = works.folder.path() / "gone";

  void teardown() override {
    for (const auto* name : {"CICADA_TROUBLE_GONE", "CICADA_TROUBLE_GOES", "CICADA_TROUBLE_EVERY"}) ::unsetenv(name);
  }
};

TEST(LineToken, a_token_goes_away_in_the_middle_and_comes_back) {
  const auto configuration = put_into_token(soft, works.plant, tests::SoftToken::trouble_module());
  works.plant.begin_batch("batch", 0, kCards);
  LineSettings settings;
  settings.own_vault = [&](host::vault::HoldsFence holds) { return open_vault(configuration, std::move(holds)); };
  ::setenv("CICADA_TROUBLE_GONE", gone.c_str(), 1);
  ::setenv("CICADA_TROUBLE_GOES", "1", 1);
  ::setenv("CICADA_TROUBLE_EVERY", "100", 1);  // a card takes about six
  const auto report = run_line(works.plant, settings);
  CHECK(fs::exists(gone));
  CHECK(report.total().end == line::StationEnd::vault_away);
  CHECK(report.total().good > 0);
  CHECK(waiting(works.plant) > 0);
  // Nobody begins without it.
  CHECK_THROWS(std::runtime_error, run_line(works.plant, settings));
  ::unsetenv("CICADA_TROUBLE_EVERY");
  fs::remove(gone);
  const int runs = works.finish(settings);
  works.check("HSM (PKCS#11): its token goes and comes back", runs, 1);
}
