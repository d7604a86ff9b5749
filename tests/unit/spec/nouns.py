"""Nouns as services are called, and their singulars: of many domains, and those that rules get wrong."""

from __future__ import annotations

_TABLE = """\
# Words of every domain.
orders:order users:user products:product payments:payment tasks:task notes:note books:book authors:author
members:member loans:loan tickets:ticket posts:post comments:comment tags:tag students:student
teachers:teacher courses:course lessons:lesson grades:grade exams:exam employees:employee
departments:department salaries:salary leagues:league teams:team players:player matches:match games:game
scores:score doctors:doctor nurses:nurse patients:patient appointments:appointment
prescriptions:prescription wards:ward rooms:room bookings:booking reservations:reservation guests:guest
hotels:hotel flights:flight passengers:passenger airports:airport routes:route drivers:driver
vehicles:vehicle trucks:truck trips:trip parcels:parcel shipments:shipment warehouses:warehouse
suppliers:supplier invoices:invoice receipts:receipt customers:customer clients:client accounts:account
transactions:transaction transfers:transfer cards:card budgets:budget expenses:expense licenses:license
licences:licence policies:policy claims:claim events:event venues:venue seats:seat songs:song artists:artist
albums:album playlists:playlist recipes:recipe ingredients:ingredient meals:meal menus:menu
recordings:recording messages:message letters:letter images:image pages:page files:file folders:folder
documents:document templates:template versions:version releases:release bugs:bug features:feature
projects:project milestones:milestone workflows:workflow pipelines:pipeline builds:build jobs:job
queues:queue topics:topic servers:server nodes:node clusters:cluster sensors:sensor devices:device
readings:reading measurements:measurement alerts:alert thresholds:threshold rules:rule roles:role
permissions:permission sessions:session tokens:token keys:key days:day plays:play surveys:survey
journeys:journey toys:toy delays:delay monkeys:monkey
# -ies.
categories:category companies:company countries:country cities:city deliveries:delivery
inventories:inventory entries:entry queries:query replies:reply stories:story libraries:library
factories:factory activities:activity properties:property entities:entity identities:identity
currencies:currency agencies:agency batteries:battery bakeries:bakery families:family parties:party
enquiries:enquiry histories:history galleries:gallery allergies:allergy ties:tie pies:pie lies:lie
movies:movie cookies:cookie zombies:zombie selfies:selfie calories:calorie rookies:rookie brownies:brownie
hoodies:hoodie genies:genie prairies:prairie series species
# -es that goes.
boxes:box taxes:tax faxes:fax mailboxes:mailbox inboxes:inbox foxes:fox prefixes:prefix suffixes:suffix
batches:batch branches:branch dishes:dish wishes:wish churches:church beaches:beach sketches:sketch
launches:launch patches:patch switches:switch watches:watch dispatches:dispatch crashes:crash hashes:hash
brushes:brush addresses:address businesses:business processes:process classes:class glasses:glass
passes:pass losses:loss bosses:boss princesses:princess witnesses:witness buses:bus viruses:virus
statuses:status campuses:campus bonuses:bonus censuses:census choruses:chorus corpuses:corpus
surpluses:surplus octopuses:octopus circuses:circus walruses:walrus lotuses:lotus apparatuses:apparatus
caucuses:caucus nexuses:nexus focuses:focus abacuses:abacus geniuses:genius radiuses:radius sinuses:sinus
consensuses:consensus hippopotamuses:hippopotamus thesauruses:thesaurus aliases:alias biases:bias
canvases:canvas atlases:atlas gases:gas lenses:lens irises:iris trellises:trellis metropolises:metropolis
quizzes:quiz buzzes:buzz waltzes:waltz blitzes:blitz
# -oes and -os.
heroes:hero potatoes:potato tomatoes:tomato echoes:echo vetoes:veto torpedoes:torpedo mosquitoes:mosquito
tornadoes:tornado volcanoes:volcano cargoes:cargo shoes:shoe toes:toe foes:foe canoes:canoe oboes:oboe
videos:video photos:photo logos:logo memos:memo studios:studio radios:radio portfolios:portfolio
scenarios:scenario kilos:kilo pianos:piano zoos:zoo ratios:ratio casinos:casino tattoos:tattoo
# -es that leaves its e.
houses:house cases:case uses:use leases:lease purchases:purchase databases:database phrases:phrase
phases:phase bases:base horses:horse responses:response senses:sense defenses:defense excuses:excuse
causes:cause clauses:clause pauses:pause roses:rose noses:nose hoses:hose exercises:exercise
franchises:franchise enterprises:enterprise premises:premise promises:promise surprises:surprise
blouses:blouse spouses:spouse greenhouses:greenhouse universes:universe verses:verse nooses:noose
cheeses:cheese diseases:disease increases:increase vases:vase causeways:causeway prizes:prize sizes:size
breezes:breeze mazes:maze quartzes:quartz services:service prices:price places:place offices:office
sources:source resources:resource slices:slice voices:voice choices:choice practices:practice caches:cache
avalanches:avalanche headaches:headache toothaches:toothache niches:niche creches:creche pickaxes:pickaxe
bridges:bridge packages:package challenges:challenge
# -ves.
wolves:wolf leaves:leaf lives:life knives:knife shelves:shelf halves:half wives:wife loaves:loaf
thieves:thief calves:calf scarves:scarf hooves:hoof elves:elf selves:self bookshelves:bookshelf caves:cave
waves:wave curves:curve valves:valve drives:drive archives:archive objectives:objective olives:olive
sleeves:sleeve gloves:glove stoves:stove reserves:reserve detectives:detective initiatives:initiative
representatives:representative beliefs:belief chiefs:chief roofs:roof proofs:proof briefs:brief
tariffs:tariff
# Irregular.
people:person children:child grandchildren:grandchild men:man women:woman salesmen:salesman workmen:workman
feet:foot teeth:tooth geese:goose mice:mouse dice:die oxen:ox pence:penny lice:louse
# Greek, Latin and French.
analyses:analysis theses:thesis hypotheses:hypothesis crises:crisis diagnoses:diagnosis prognoses:prognosis
syntheses:synthesis parentheses:parenthesis emphases:emphasis oases:oasis neuroses:neurosis
psychoses:psychosis metamorphoses:metamorphosis catharses:catharsis antitheses:antithesis
prostheses:prosthesis biopsies:biopsy dialyses:dialysis paralyses:paralysis catalyses:catalysis
electrolyses:electrolysis synopses:synopsis criteria:criterion phenomena:phenomenon polyhedra:polyhedron
automata:automaton bacteria:bacterium curricula:curriculum memoranda:memorandum millennia:millennium
strata:stratum errata:erratum symposia:symposium aquaria:aquarium stadia:stadium referenda:referendum
addenda:addendum ova:ovum spectra:spectrum quanta:quantum equilibria:equilibrium maxima:maximum
minima:minimum optima:optimum podia:podium emporia:emporium honoraria:honorarium consortia:consortium
moratoria:moratorium matrices:matrix indices:index vertices:vertex vortices:vortex appendices:appendix
codices:codex helices:helix directrices:directrix cortices:cortex apices:apex alumni:alumnus cacti:cactus
fungi:fungus nuclei:nucleus radii:radius stimuli:stimulus syllabi:syllabus foci:focus loci:locus
bacilli:bacillus thesauri:thesaurus termini:terminus hippopotami:hippopotamus octopi:octopus genera:genus
opera corpora:corpus formulae:formula larvae:larva antennae:antenna nebulae:nebula alumnae:alumna
vertebrae:vertebra algae:alga stigmata:stigma schemata:schema bureaux:bureau chateaux:chateau
plateaux:plateau tableaux:tableau
# The same in both numbers, or only in one.
news aircraft sheep deer fish equipment information furniture staff inventory feedback analytics mathematics
physics politics economics logistics graphics electronics statistics robotics metrics:metric clinics:clinic
fabrics:fabric goods headquarters means crossroads barracks gallows chassis corps data media
# Singular already.
status address analysis basis bus virus campus canvas atlas alias lens gas iris chaos progress access
process business boss criterion matrix index feed order telemetry schema agenda camera area pizza quota idea
persona taxi wiki api menu cache house case
# -as, -is and -us.
schemas:schema agendas:agenda cameras:camera areas:area pizzas:pizza quotas:quota ideas:idea
personas:persona taxis:taxi wikis:wiki apis:api emojis:emoji virtuosi:virtuoso skis:ski visas:visa
sagas:saga ids:id urls:url skus:sku pdfs:pdf cvs:cv gurus:guru tennis oasis axis crisis thesis radius bonus
focus axes:axis specimens:specimen housewives:housewife werewolves:werewolf scissors diabetes sms
salespeople:salesperson regimen masses:mass impasses:impasse eclipses:eclipse synapses:synapse boys:boy
skies:sky spies:spy sales:sale kiwis:kiwi ganglia:ganglion nucleuses:nucleus
bureaus:bureau plateaus:plateau milieus:milieu arthritises:arthritis dormice:dormouse monies:money
passersby:passerby whizzes:whiz
"""

NOUNS = {
    word: one or word
    for line in _TABLE.splitlines()
    if not line.startswith("#")
    for word, _, one in (pair.partition(":") for pair in line.split())
}
"""Plural to singular; a word that is its own singular to itself."""
